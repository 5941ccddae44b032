// A real OpenID Connect provider on a free port of this machine. Its first line of output is its issuer.
// On its input: "rotate" gives it a new key pair, which it confirms with a line.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';

const homes = ['https://overleg.example.nl', 'http://127.0.0.1:8800'];
let handle;
let keys = 0;

function renew(issuer) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  keys += 1;
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: `key-${keys}` }] },
    cookies: { keys: ['only for tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    ttl: { IdToken: 120, AccessToken: 120, AuthorizationCode: 60, Interaction: 600, Session: 600, Grant: 600 },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.nl`, email_verified: !id.startsWith('unverified') }),
    }),
    clients: [{
      client_id: 'overlegmaat',
      client_secret: 'a secret of the tests alone',
      redirect_uris: homes.map((home) => `${home}/sign-in/oidc/return`),
      post_logout_redirect_uris: homes.map((home) => `${home}/sign-in`),
    }],
  });
  handle = provider.callback();
}

const server = createServer((request, response) => handle(request, response));
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  renew(issuer);
  console.log(issuer);
  createInterface({ input: process.stdin }).on('line', () => {
    renew(issuer);
    console.log('renewed');
  }).on('close', () => process.exit());
});

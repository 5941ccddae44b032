"""Cross-signing: who has verified our account once trusts every device that we sign in with, also after a loss.

The library knows no cross-signing, so its three keys are made here. They follow from the account's key, and so are the
same on every machine and after every loss.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

from bot.platforms.matrix.keeping import derived, unpadded

Usage = Literal["master", "self_signing", "user_signing"]
USAGES: Final[tuple[Usage, ...]] = ("master", "self_signing", "user_signing")


class Identity:
    """The keys of one account."""

    def __init__(self, user: str, key: str) -> None:
        self.user = user
        self._keys = {
            usage: ECC.construct(curve="Ed25519", seed=derived(key, user, "cross-signing", usage)) for usage in USAGES
        }

    def public(self, usage: Usage) -> str:
        """The public half, as Matrix writes it."""
        return unpadded(self._keys[usage].public_key().export_key(format="raw"))

    def to_upload(self) -> dict[str, Any]:
        """What is uploaded once: the master key, and the two others signed by it."""
        made = {usage: self._described(usage) for usage in USAGES}
        for usage in ("self_signing", "user_signing"):
            made[usage] |= {"signatures": {self.user: {self._id("master"): self._sign("master", made[usage])}}}
        return {f"{usage}_key": one for usage, one in made.items()}

    def is_published(self, answer: Mapping[str, Any]) -> bool:
        """Whether an answer of `/keys/query` has this identity for us."""
        return all(
            self._id(usage) in answer.get(f"{usage}_keys", {}).get(self.user, {}).get("keys", {})
            for usage in ("master", "self_signing")
        )

    def has_signed(self, device: Mapping[str, Any]) -> bool:
        """Whether a device carries the signature of this identity."""
        return self._id("self_signing") in device.get("signatures", {}).get(self.user, {})

    def sign_device(self, device: Mapping[str, Any]) -> dict[str, Any]:
        """The keys of a device of ours with our signature."""
        bare = {name: value for name, value in device.items() if name not in {"signatures", "unsigned"}}
        signature = self._sign("self_signing", bare)
        return bare | {"signatures": {self.user: {self._id("self_signing"): signature}}}

    def _described(self, usage: Usage) -> dict[str, Any]:
        return {"user_id": self.user, "usage": [usage], "keys": {self._id(usage): self.public(usage)}}

    def _id(self, usage: Usage) -> str:
        return f"ed25519:{self.public(usage)}"

    def _sign(self, usage: Usage, what: Mapping[str, Any]) -> str:
        canonical = json.dumps(dict(what), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        return unpadded(eddsa.new(self._keys[usage], "rfc8032").sign(canonical))


def fingerprint(public: str) -> str:
    """A public key in groups of four, as clients show it to be compared."""
    raw = base64.b64decode(public + "=" * (-len(public) % 4))
    text = unpadded(raw)
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))

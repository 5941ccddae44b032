"""The words by which names are recognised, and those by which places and organisations are told apart from them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from conversations.spelling import word_set


@cache
def sections(file: str) -> dict[str, frozenset[str]]:
    """The words under each [heading] of a word list beside this module."""
    lists: dict[str, set[str]] = {}
    words: set[str] = set()
    for line in (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = lists.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            words.update(line.split())
    return {heading: frozenset(words) for heading, words in lists.items()}


def first_names(heading: str) -> frozenset[str]:
    """First names found "anywhere", "with a capital", or only "beside a clue"."""
    return sections("first_names.txt")[heading]


def surnames(heading: str) -> frozenset[str]:
    """Family names found "by itself", or only "beside a clue"."""
    return sections("surnames.txt")[heading]


def is_thing(word: str) -> bool:
    """Whether a word is one for a group, a place, a project …; words that end in one count too."""
    return word in THINGS or word.endswith(_THING_ENDS)


PARTICLES: Final = word_set(
    "van de der den ter ten te 't het el al ben bin bint ait ould da dos von du le la ibn abu op 'n",
)
# After "van", or alone: only in names.
SURELY_PARTICLES: Final = word_set("der den 't ter el ait ould ibn bint")
# With a capital these begin the names of organisations as well.
ARTICLES: Final = word_set("de het 't op la le du 'n")

TITLES: Final = word_set(
    "meneer mevrouw mijnheer mevr mw dhr hr heer fam familie gebroeders gebr gezin oom tante opa oma juf mr mrs",
    "ms miss mister juffrouw mejuffrouw uncle aunt family ome",
)
# A person in the singular: a word with a capital straight after it is who that is.
PERSONS: Final = word_set(
    "jongen meisje jongere knul gast vent vriend vriendin broer broertje zus zusje zuster neef neefje nicht",
    "nichtje vader moeder stiefvader stiefmoeder zoon dochter man vrouw kind leerling scholier student verdachte",
    "dader slachtoffer getuige melder meldster aanvoerder leider kopstuk initiator dealer coach buurman buurvrouw",
    "buurjongen buurmeisje bewoner bewoonster voetballer puber tiener kleuter ouder voogd zwager schoonzus",
    "jongeman betrokkene client deelnemer boy girl brother sister mother father son daughter boyfriend girlfriend",
    "friend pupil suspect victim witness neighbour resident papa mama",
)
# A dot after these ends no sentence.
ABBREVIATED: Final = word_set("dhr mw mevr hr fam gebr mr mrs ms dr drs ing prof")
FUNCTIONS: Final = word_set(
    "wijkagent agent boa jeugdboa jongerenwerker burgemeester wethouder officier rechercheur concierge docent",
    "leraar lerares mentor trainer imam pastoor dominee dokter huisarts beheerder wijkbeheerder huismeester",
    "procesregisseur voorzitter jeugdspecialist leerplichtambtenaar portier beveiliger eigenaar inspecteur",
    "brigadier hoofdagent directeur dr drs ing prof",
)
PRONOUNS: Final = word_set("hij zij ze ik wie he she who oudste jongste andere derde kleinste grootste")
# What may be "genaamd", "heten" or "genoemd worden" without being a person.
THINGS: Final = word_set(
    "groep groepje netwerk plein straat school park buurt wijk app chat kanaal account project overleg aanpak",
    "stichting vereniging club winkel café cafe actie evenement methode training plek plaats pad huis centrum",
    "programma convenant speeltuin team bende gang bureau initiatief festival toernooi spel game website site",
    "pagina film filmpje lied nummer bar kroeg hotel restaurant flat complex tunnel brug veld baan bos meer",
    "cursus les campagne platform dienst afdeling organisatie bedrijf merk hond kat paard dorp stad heuvel kuil",
    "steeg hoek plantsoen lokaal zaal hal loods station halte lijn werkgroep zaak code dag week feest traject",
    "gebied kamer voetbalkooi gebouw group street square",
)
# A "buurtapp" is a thing; of the other short words only the word itself is.
_THING_ENDS: Final = ("app", "chat", *(word for word in THINGS if len(word) > 3))  # noqa: PLR2004
PLACE_ENDS: Final = tuple(
    word_set(
        "straat laan plein weg kade school college park gracht singel dreef plantsoen steeg brug tunnel station pad",
        "lyceum ziekenhuis stadion hal flat haven poort toren theater museum kwartier wijk hof kanaal",
    )
)
PLACES: Final = word_set(
    "court arena college school lyceum mavo foodmarkt zuid noord oost west centraal centrum foundation stichting",
    "supermarkt hotel plaza boulevard gymnasium hogeschool universiteit ziekenhuis kliniek station park straat",
    "plein laan weg hal museum theater groep boys united sport boksen bv nv vof fonds instituut academie academy",
    "huis mall unlimited",
)
# Straight before a word with a capital: this is an organisation or a place.
BEFORE_PLACES: Final = word_set(
    "winkel shop foundation",
    "restaurant cafe hotel bakkerij bakker slagerij kapper moskee kerk boksschool sportschool basisschool station",
    "supermarkt firma stichting vereniging club voetbalclub speeltuin buurthuis wijkcentrum gemeente provincie",
    "project code bureau orkaan college sporthal zwembad cafetaria snackbar eetcafe pizzeria sv vv fc sc halte",
    "metrostation rotonde camping verzorgingshuis zorgcentrum tankstation kringloop jongerencentrum merk serie",
    "album zanger rapper theater museum campagne grand prins prinses koning koningin sint st heilige stadion",
    "lyceum drogist apotheek speelzaal peuterspeelzaal",
)
# Known by everybody, and no person. Without accents, in small letters, joined by spaces.
ORGANISATIONS: Final = frozenset(
    {
        *("albert heijn", "van der valk", "jan linders", "dirk van den broek", "johan cruyff", "johan cruijff"),
        *("anne frank", "maria montessori", "willem de zwijger", "karel doorman", "piet hein", "bakker bart"),
        *("albert cuyp", "albert schweitzer", "van gogh", "van nelle", "van mossel", "van lanschot"),
        *("van haren", "van harte", "de ruyter", "ben & jerry", "jan van galen", "michiel de ruyter"),
        *("johan de witt", "theo thijssen", "da vinci", "willem van oranje", "nelson mandela"),
        *("martin luther king", "titus brandsma", "thomas more", "joe biden", "el fath", "mc donald"),
        *("frits philips", "sint maarten", "sint nicolaas", "zwarte piet", "jip en janneke", "jan klaassen"),
        *("burger king", "madame tussauds"),
    }
)
# Abbreviations that look like initials.
NOT_INITIALS: Final = word_set(
    "o.m. b.v. n.v. d.d. t.a.v. i.v.m. m.b.t. p.v. v.v. h.b.o. n.b. p.s. r.k. s.v. f.c. w.o. e.d.",
)
BEFORE_LETTERS: Final = word_set(
    "bijlage optie stap punt hal klas plan vak poort zone gebied type categorie lijn deel blok groep",
)
MONTHS: Final = word_set(
    "jan feb mrt apr mei jun jul aug sep sept okt nov dec januari februari maart april juni juli augustus",
)

# After these comes a name, of whoever is spoken about.
STRONG_CALLS: Final = word_set("genaamd alias bijgenaamd roepnaam bijnaam voornaam achternaam aka")
CALLED_AFTER: Final = word_set("heet heette heten ene zekere hem haar zich als ben is naam name die")
ACTS: Final = word_set(
    "is was heeft had zei zegt vertelt vertelde stond staat woont woonde zit zat kwam komt gaat ging deed doet",
    "wil wilde loopt liep fietst filmt filmde gooide gooit belt belde belde rijdt reed weet deelt hangt hing",
    "speelt verkoopt verkocht dreigt dreigde sloeg spijbelt werkt zoekt luistert moet mag kan en die",
)
BESIDE: Final = word_set("met door aan tegen en namens volgens ook naast bij van over voor of naar")
# What may follow "genaamd" or "alias" in small letters without being a name.
NO_NAME: Final = word_set(
    "is de het een van niet onbekend bekend weten weet ik wij we hij zij ze die dat dit niks niets geen wordt",
    "worden staat stond op in met en of voor als ook nog naar bij om er te zijn was waren heeft hebben kan mag",
    "moet noemen noemde gebruikt hier daar dan the a an is are was not unknown of or and",
)

"""What the seed scripts share: ids, the table of states, reading the real files, writing NDJSON.

The real files are not part of the project; their folder comes from EVENTSAPI_REALDATA.
"""
import csv
import gzip
import json
import os
import pathlib
import re
import unicodedata

DATA = pathlib.Path(os.environ["EVENTSAPI_REALDATA"])
SEED = pathlib.Path(__file__).resolve().parents[2] / "src" / "EventsApi" / "Seed"

# CLDR's English short names, except where people type another one.
SHORT_NAMES = {
    "BIH": "Bosnia and Herzegovina", "ATG": "Antigua and Barbuda", "STP": "São Tomé and Príncipe", "TTO": "Trinidad and Tobago",
    "KNA": "Saint Kitts and Nevis", "LCA": "Saint Lucia", "VCT": "Saint Vincent and the Grenadines", "COD": "DR Congo", "COG": "Congo",
    "CIV": "Côte d'Ivoire", "MMR": "Myanmar", "VAT": "Holy See", "PSE": "Palestine", "HKG": "Hong Kong", "MAC": "Macao",
    "CPV": "Cabo Verde", "TLS": "Timor-Leste", "TUR": "Türkiye", "TCA": "Turks and Caicos Islands", "WLF": "Wallis and Futuna",
    "SPM": "Saint Pierre and Miquelon", "BLM": "Saint Barthélemy", "MAF": "Saint Martin", "SHN": "Saint Helena",
    "SJM": "Svalbard and Jan Mayen", "SGS": "South Georgia and the South Sandwich Islands", "HMD": "Heard and McDonald Islands",
}
# Not UN members or observers in every list, but actors of their own in the sources.
ALSO_STATES = {"VAT", "PSE", "TWN", "XKX"}


# The record of visits and travels has its own country ids: id -> (actor, location) where they are not our state's slug.
# No actor: a territory, or no state of that name yet. The location is only what to fall back on when the place of a line is unknown.
PLACE_OF = {
    "antarctica": (None, "antarctica"), "antigua-barbuda": ("antigua-and-barbuda", "antigua-and-barbuda"),
    "bosnia-herzegovina": ("bosnia-and-herzegovina", "bosnia-and-herzegovina"), "burma": ("myanmar", "myanmar"), "cape-verde": ("cabo-verde", "cabo-verde"),
    "congo-democratic-republic": ("dr-congo", "dr-congo"), "congo-kinshasa": ("dr-congo", "dr-congo"), "congo-republic": ("congo", "congo"),
    "cote-divoire": ("cote-d-ivoire", "cote-d-ivoire"), "czech-republic": ("czechia", "czechia"), "czechoslovakia": ("czechoslovakia", "czechia"),
    "french-polynesia": (None, "french-polynesia"), "german-democratic-republic": ("east-germany", "germany"), "hawaii": ("hawaii", "hawaii"),
    "korea": ("south-korea", "south-korea"), "korea-north": ("north-korea", "north-korea"), "korea-south": ("south-korea", "south-korea"),
    "macedonia": ("north-macedonia", "north-macedonia"), "netherlands-antilles": (None, None), "new-caledonia": (None, "new-caledonia"),
    "palestinian-authority": ("palestine", "palestine"), "saint-kitts-nevis": ("saint-kitts-and-nevis", "saint-kitts-and-nevis"),
    "saint-vincent-grenadines": ("saint-vincent-and-the-grenadines", "saint-vincent-and-the-grenadines"), "somoa": ("samoa", "samoa"),
    "swaziland": ("eswatini", "eswatini"), "turkey": ("turkiye", "turkiye"), "west-bank": ("palestine", "west-bank"), "yugoslavia": ("yugoslavia", "serbia"),
}
# Under the same id another actor stood earlier or later: id -> [(first day, day after the last, actor)], to be asked before PLACE_OF.
ACTOR_IN_TIME = {
    "russia": [("1922-12-30", "1991-12-26", "soviet-union")],
    "vietnam": [("1949-01-01", "1976-07-02", "south-vietnam")],
    "yugoslavia": [("1992-04-27", "2006-06-05", "serbia-and-montenegro")],
    "serbia": [("1992-04-27", "2006-06-05", "serbia-and-montenegro")],
    "yemen": [("1962-09-26", "1990-05-22", "north-yemen")],
    "tanzania": [("1961-01-01", "1964-04-26", "tanganyika")],
    "kosovo": [("1990-01-01", "2008-02-17", None)],
}


def place_of(value, day):
    """The actor and the location that an id in the visits and travels stands for on a day ('2001-05-09')."""
    actor, location = PLACE_OF.get(value, (value, value))
    for first, after, other in ACTOR_IN_TIME.get(value, ()):
        if first <= day < after:
            actor = other
    return actor, location


def slug(text):
    """'Côte d'Ivoire' -> 'cote-d-ivoire'; letters that do not decompose are spelled out first."""
    for letter, spelled in (("ı", "i"), ("ł", "l"), ("Ł", "L"), ("đ", "d"), ("Đ", "D"), ("ø", "o"), ("Ø", "O"), ("ß", "ss"), ("æ", "ae"), ("Æ", "Ae"), ("œ", "oe"), ("þ", "th"), ("ð", "d"), ("ə", "e"), ("ʻ", ""), ("ʼ", "")):
        text = text.replace(letter, spelled)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def rows(path, **options):
    """The rows of a CSV of the real data as dicts; .gz is opened as it is."""
    file = DATA / path
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream, **options)


def cldr_names(lang):
    """Territory code (alpha-2 or M49) -> name in one language."""
    return {r["territory"]: r["name"] for r in rows("places/cldr-territory-names.csv.gz") if r["lang"] == lang and not r["alt"]}


def countries():
    """Every ISO 3166 area: iso3 -> {iso2, m49, name, id, state: bool, row}."""
    english = cldr_names("en")
    found = {}
    for row in rows("places/country-codes.csv"):
        iso3, iso2 = row["ISO3166-1-Alpha-3"], row["ISO3166-1-Alpha-2"]
        if not iso3 or not iso2:
            continue
        name = SHORT_NAMES.get(iso3) or english.get(iso2) or row["UNTERM English Short"]
        name = name.replace("’", "'").replace("St. ", "Saint ")
        found[iso3] = {"iso2": iso2, "iso3": iso3, "m49": row["M49"].zfill(3) if row["M49"] else None, "name": name, "id": slug(name),
                       "state": row["is_independent"] == "Yes" or iso3 in ALSO_STATES, "row": row}
    if "XKX" not in found:
        found["XKX"] = {"iso2": "XK", "iso3": "XKX", "m49": None, "name": "Kosovo", "id": "kosovo", "state": True, "row": {}}
    return found


def shapes():
    """Natural Earth's countries: the arcs as points of (longitude, latitude), a border being one arc for both its countries; and (numeric code, name, polygons) of each shape.
    A polygon is rings, the outer one first; a ring is numbers of arcs, ~n for arc n walked backwards. The code is 000 where there is none."""
    topology = json.load(open(DATA / "places" / "natural-earth-countries-110m.topojson", encoding="utf-8"))
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs, [(str(shape.get("id") or "").zfill(3), shape["properties"]["name"], [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]) for shape in topology["objects"]["countries"]["geometries"]]


def clean(record):
    """Leaves out what is empty, so that a line holds only what is known."""
    if isinstance(record, dict):
        return {k: v for k, v in ((k, clean(v)) for k, v in record.items()) if v is not None and v != [] and v != {} and v != ""}
    if isinstance(record, list):
        return [clean(item) for item in record]
    return record


def write(name, records):
    """One compact JSON object per line; an id may appear once."""
    seen = set()
    with open(SEED / name, "w", encoding="utf-8", newline="\n") as out:
        for record in records:
            assert record["id"] not in seen, f"{name}: {record['id']} twice"
            seen.add(record["id"])
            out.write(json.dumps(clean(record), ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"{name}: {len(seen)}")

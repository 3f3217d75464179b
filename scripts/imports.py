"""Rows in the formats of GDELT 2.0 events and of UCDP's compact table, for measurements: none of it happened.

    python3 scripts/imports.py gdelt|ucdp ROWS > FILE

One article has five GDELT rows, as in the real files (941 addresses for 4,530 rows); actors, places and dyads come as often as there: few often, many once.
"""
import datetime
import random
import sys

kind, rows = sys.argv[1], int(sys.argv[2])
pick = random.Random(7)
COUNTRIES = [("USA", "US"), ("RUS", "RS"), ("CHN", "CH"), ("GBR", "UK"), ("FRA", "FR"), ("KWT", "KU"), ("NGA", "NI"), ("IND", "IN"), ("SYR", "SY"), ("UKR", "UP"), ("KEN", "KE"), ("BRA", "BR"), ("ISR", "IS"), ("TUR", "TU"), ("IRN", "IR"), ("JPN", "JA"), ("DEU", "GM"), ("PAK", "PK"), ("MEX", "MX"), ("EGY", "EG")]
TYPES = ["", "", "", "GOV", "GOV", "MIL", "COP", "BUS", "MED", "CVL", "OPP", "JUD", "LEG", "EDU", "REB"]
CODES = ["010", "020", "030", "036", "040", "042", "043", "046", "051", "057", "060", "070", "0831", "090", "100", "111", "112", "120", "130", "138", "141", "145", "152", "160", "173", "180", "190", "193", "195"]
WORDS = "talks border trade summit minister army protest court police bank energy pipeline election vote sanction drone harbour railway festival student union strike aid refugee camp treaty visit delegation parliament budget currency oil gas flood storm fire".split()


def few(things):
    """Some far more often than others."""
    return things[int(pick.random() ** 3 * len(things))]


def gdelt():
    places = [(f"{pick.choice(WORDS).title()}{n}", *pick.choice(COUNTRIES), pick.uniform(-55, 65), pick.uniform(-170, 170), n) for n in range(max(200, rows // 20))]
    start = datetime.date(2015, 2, 18)
    address = ""
    for n in range(rows):
        if n % 5 == 0:
            address = f"http://news{pick.randrange(800)}.example/{n // 1000}/{'-'.join(pick.choices(WORDS, k=7))}-{n}.html"
        day = start + datetime.timedelta(days=n * 3000 // rows)
        cells = [""] * 61
        cells[0], cells[1], cells[2], cells[3] = str(900_000_000 + n), f"{day:%Y%m%d}", f"{day:%Y%m}", f"{day:%Y}"
        for at in (5, 15):
            if at == 15 and pick.random() < 0.3 or at == 5 and pick.random() < 0.08:
                continue
            country, sort = few(COUNTRIES)[0], pick.choice(TYPES)
            named = pick.random() < 0.7
            cells[at], cells[at + 1] = (country if named else "") + (sort or ("" if named else "GOV")), (country if named else sort or "GOVERNMENT")
            cells[at + 2], cells[at + 7] = country if named else "", sort or ("" if named else "GOV")
        code = pick.choice(CODES)
        cells[25:35] = ["1", code, code[:3], code[:2], "1", f"{pick.uniform(-10, 10):.1f}", str(pick.randrange(1, 60)), "1", str(pick.randrange(1, 20)), f"{pick.uniform(-12, 8):.6f}"]
        name, _, fips, latitude, longitude, number = few(places)
        cells[51:59] = ["4", f"{name}, Province {number % 40}, Somewhere", fips, f"{fips}{number % 40:02}", str(number), f"{latitude:.4f}", f"{longitude:.4f}", str(-number)]
        cells[59], cells[60] = f"{day:%Y%m%d}120000", address
        print("\t".join(cells))


def ucdp():
    print('"id","year","month","day","country","type_of_violence","conflict_name","side_a","side_b","latitude","longitude","low_death","best_death","high_death"')
    countries = ["Afghanistan", "Syria", "Iraq", "Nigeria", "Somalia", "Yemen (North Yemen)", "Colombia", "India", "Ukraine", "DR Congo (Zaire)"]
    dyads = [(c := pick.choice(countries), pick.choice(["State-based violence", "Non-state violence", "One-sided violence"]), f"Group {n}") for n in range(1400)]
    points = [(round(pick.uniform(-30, 45), 6), round(pick.uniform(-75, 100), 6)) for _ in range(max(200, rows // 5))]
    start = datetime.date(1989, 1, 1)
    for n in range(rows):
        (country, sort, group), (latitude, longitude) = few(dyads), few(points)
        day, dead = start + datetime.timedelta(days=n * 11000 // rows), int(pick.expovariate(0.2))
        a, b = (f"Government of {country}", group) if sort.startswith("State") else (group, "Civilians" if sort.startswith("One") else group + "-B")
        print(f'{n + 1},{day.year},{day.month},{day.day},"{country}","{sort}","{country}: Government","{a}","{b}",{latitude},{longitude},{dead},{dead},{dead}')


{"gdelt": gdelt, "ucdp": ucdp}[kind]()

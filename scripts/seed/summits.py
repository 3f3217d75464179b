"""The NATO summits from 1957 on: what is known of each, and the meeting records made of it."""

# year-month-day interval, city (location id), host state, name in words, travel ids of the US president's trip, who says so.
# Dates: NATO's list of summits; those with a trip or visit agree with the record of travels. No ordinal: the counts in circulation differ.
SUMMITS = [
    ("1957-12-16/1957-12-19", "paris", "france", "NATO summit, Paris 1957", ["2746"]),
    ("1974-06-26", "brussels", "belgium", "NATO summit, Brussels 1974", ["2859"]),
    ("1975-05-29/1975-05-30", "brussels", "belgium", "NATO summit, Brussels 1975", ["2866"]),
    ("1977-05-10/1977-05-11", "london", "united-kingdom", "NATO summit, London 1977", ["2880"]),
    ("1978-05-30/1978-05-31", "washington", "united-states", "NATO summit, Washington 1978", []),
    ("1982-06-10", "bonn", "germany", "NATO summit, Bonn 1982", ["2922"]),
    ("1985-11-21", "brussels", "belgium", "NATO summit, Brussels 1985", ["2943"]),
    ("1988-03-02/1988-03-03", "brussels", "belgium", "NATO summit, Brussels 1988", ["2955"]),
    ("1989-05-29/1989-05-30", "brussels", "belgium", "NATO summit, Brussels, May 1989", ["2327"]),
    ("1989-12-04", "brussels", "belgium", "NATO summit, Brussels, December 1989", ["2336"]),
    ("1990-07-05/1990-07-06", "london", "united-kingdom", "NATO summit, London 1990", ["2341"]),
    ("1991-11-07/1991-11-08", "rome", "italy", "NATO summit, Rome 1991", ["2365"]),
    ("1994-01-10/1994-01-11", "brussels", "belgium", "NATO summit, Brussels 1994", ["2524"]),
    ("1997-05-27", "paris", "france", "NATO summit, Paris 1997", ["2576"]),
    ("1997-07-08/1997-07-09", "madrid", "spain", "NATO summit, Madrid 1997", ["2579"]),
    ("1999-04-23/1999-04-25", "washington", "united-states", "NATO summit, Washington 1999", []),
    ("2001-06-13", "brussels", "belgium", "NATO special meeting of heads of state and government, Brussels 2001", ["2384"]),
    ("2002-05-28", "rome", "italy", "NATO–Russia summit, Rome 2002", ["2401"]),
    ("2002-11-21/2002-11-22", "prague", "czechia", "NATO summit, Prague 2002", ["2405"]),
    ("2004-06-28/2004-06-29", "istanbul", "turkiye", "NATO summit, Istanbul 2004", ["2435"]),
    ("2005-02-22", "brussels", "belgium", "NATO summit, Brussels 2005", ["2439"]),
    ("2006-11-28/2006-11-29", "riga", "latvia", "NATO summit, Riga 2006", ["2472"]),
    ("2008-04-02/2008-04-04", "bucharest", "romania", "NATO summit, Bucharest 2008", ["2502"]),
    ("2009-04-03/2009-04-04", "strasbourg", "france", "NATO summit, Strasbourg–Kehl 2009", ["2962", "2963"]),
    ("2010-11-19/2010-11-20", "lisbon", "portugal", "NATO summit, Lisbon 2010", ["3044"]),
    ("2012-05-20/2012-05-21", "chicago", "united-states", "NATO summit, Chicago 2012", []),
    ("2014-09-04/2014-09-05", "newport", "united-kingdom", "NATO summit, Wales (Newport) 2014", ["3426"]),
    ("2016-07-08/2016-07-09", "warsaw", "poland", "NATO summit, Warsaw 2016", ["3626"]),
    ("2017-05-25", "brussels", "belgium", "NATO summit, Brussels 2017", ["3735"]),
    ("2018-07-11/2018-07-12", "brussels", "belgium", "NATO summit, Brussels 2018", ["3815"]),
    ("2019-12-03/2019-12-04", "watford", "united-kingdom", "NATO leaders' meeting, London (Watford) 2019", ["3893"]),
    ("2021-06-14", "brussels", "belgium", "NATO summit, Brussels 2021", ["4114"]),
    ("2022-03-24", "brussels", "belgium", "NATO extraordinary summit, Brussels 2022", ["4101"]),
    ("2022-06-28/2022-06-30", "madrid", "spain", "NATO summit, Madrid 2022", ["4106"]),
    ("2023-07-11/2023-07-12", "vilnius", "lithuania", "NATO summit, Vilnius 2023", ["4173"]),
    ("2024-07-09/2024-07-11", "washington", "united-states", "NATO summit, Washington 2024", []),
    ("2025-06-24/2025-06-25", "the-hague", "netherlands", "NATO summit, The Hague 2025", []),
    # Announced in August 2025; whether it took place as announced no source at hand says.
    ("2026-07-07/2026-07-08", "ankara", "turkiye", "NATO summit, Ankara 2026", []),
]
FIRST = 100


def summit_of(day):
    """The number of the NATO summit that a visit beginning about this day belongs to."""
    for n, (date, *_) in enumerate(SUMMITS):
        if date[:7] == day[:7]:
            return f"E{FIRST + n}"
    return None


def trips():
    """Travel id -> summit id."""
    return {trip: f"E{FIRST + n}" for n, row in enumerate(SUMMITS) for trip in row[4]}


def records(place, president, guests):
    """The meetings; guests: summit id -> participants whom the record of visits names."""
    for n, (date, city, host, title, travels) in enumerate(SUMMITS):
        number = f"E{FIRST + n}"
        planned = date.startswith("2026")
        people = [{"actor": "nato", "roles": ["organizer"]},
                  {"actor": host, "roles": ["recipient", "host"]},
                  {"post": "nato-secretary-general", "roles": ["chair"] if not planned else ["participant"], "onBehalfOf": "nato", "inferred": ["roles"]}]
        if travels or (host == "united-states" and not planned):
            people.append({"actor": president(date[:10]), "roles": ["host" if host == "united-states" else "participant"], "post": "united-states-president",
                           "onBehalfOf": "united-states", "attendance": "attended" if travels else None})
        people += guests.get(number, [])
        yield {"id": number, "type": "consult", "modes": ["visit", "multilateral"], "contexts": ["diplomatic", "military"],
               "status": "scheduled" if planned else "held", "title": title, "date": date, "location": place(city, host), "participants": people,
               "dataset": "curated", "sources": ["R111" if planned or date[:4] == "2025" else "R107"] + (["R101"] if travels else []) + (["R100"] if guests.get(number) else []),
               "series": "nato-summit", "setting": "summit"}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Dapper;
using EventsApi.Records;
using Microsoft.Data.Sqlite;

namespace EventsApi.Tests;

/// <summary>Whatever is sent as q is answered: found, found nothing, or refused with a reason, and soon.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class HostileSearchTests(DefaultApi api)
{
    // Kestrel itself answers 414 and 431 where a request line or a header is too long.
    private static readonly int[] Allowed = [200, 400, 414, 431];
    private static readonly string[] Resources = ["events", "actors", "locations", "statements", "memberships", "situations", "meetings", "sources"];
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private static readonly string[] ByHand =
    [
        // Signs of FTS5 and of SQL.
        "\uFFFE", "nato\uFFFE", "\"", "\"\"", "\"\"\"", "'", "''", "*", "**", "^", "^nato", "nato^2", "nato*kuwait", "*nato", "nato**", "\"nato\"*", "\"nato\" *", "nato *", "+", "nato + kuwait", "nato+kuwait", "-", "--", "---", "- nato", "--nato", "-nato", "−nato", "-*",
        "OR", "AND", "NOT", "NEAR", "OR OR OR", "AND AND", "NOT NOT", "NOT NOT nato", "NEAR NEAR NEAR", "nato OR", "OR nato", "nato AND", "AND nato", "nato NOT", "NOT nato", "nato NEAR", "NEAR nato", "nato OR AND kuwait", "nato NEAR OR kuwait",
        "NEAR(", "NEAR(nato", "NEAR(nato kuwait", "NEAR(nato kuwait, 5)", "NEAR/", "NEAR/5", "nato NEAR/0 kuwait", "nato NEAR/-1 kuwait", "nato NEAR/99999999999999999999 kuwait", "nato NEAR/5 kuwait NEAR/5 talks", "nato NEAR nato", "nato NEAR \"x", "a NEAR b NEAR c NEAR d",
        "marks:x", "marks : x", "marks:hand", "marks:\"·hand\"", "·hand", "\"·hand\"", "·long", "title:", "title::", "title:title:nato", "title:-nato", "-title:nato", "title:(nato kuwait)", "title:\"", "title:\"nato", "{title}:x", "{title actors}:x", "-{title}:x", "{", "}", "{}", "{title", "words:x", "words MATCH 'x'", "rowid:1", "rank:x", "title:*", "title:-", "place:", "quote:\"\"",
        "(", ")", "()", ")(", "((", "))", "(()", "nato (", "nato )", "(nato", "nato)", "(nato OR", "(nato AND)", "-(", "-()", "-(nato", "-(-nato)", "-(-(-nato))", "-(-nato -kuwait)", "(-nato OR -kuwait)", "(-nato -kuwait)", "nato (-kuwait -iran)", "() OR ()", "(\"nato)\"", "\"(nato\")",
        "'; DROP TABLE words; --", "\"; DROP TABLE words; --", "1' OR '1'='1", "1 OR 1=1", "' UNION SELECT * FROM records --", "nato'); DELETE FROM answers; --", "x' AND randomblob(1000000000) --", "%' OR 1=1 --", "\\'; --", "/*", "*/", "/* nato */", "-- nato", "nato; SELECT", "@p", "?1", ":name", "$1", "0x41", "NULL", "null", "true", "rowid", "sqlite_master", "load_extension('x')",
        // Other languages of machines.
        "<script>alert(1)</script>", "<b>nato</b>", "&lt;nato&gt;", "&nato;", "{{nato}}", "${nato}", "#{nato}", "%s%n%x", "%d", "{0}", "../../etc/passwd", "C:\\nato", "http://example.com/?q=nato&x=y#z", "nato@example.com", "[nato]", "nato[0]", "/nato/i", "nato.*", "nato?", "n?to", "nato~", "nato~2", "nato^", "[a TO b]", "_exists_:nato", "field:[1 TO 5]", "!nato", "~nato", "nato!", "=nato", "nato=kuwait", "`nato`", "| nato |", "||", "nato || kuwait", "&&", "nato && kuwait", "\\", "\\\"", "\\\\", "nato\\", "\"nato\\\"",
        // What is no word.
        " ", "   ", "\t", "\n", "\r\n", "\u00A0", "\u2003", "\u3000", "\uFEFF", "\u200B", "\u200D", "\u00AD", "\u2028", "\u2029", "\u0001", "\u001F", "\u007F", "\u0085", ".", "…", "!", "?", "???", ",", ",,,", ";", ":", "/", "_", "__", "~", "`", "@", "#", "$", "%", "&", "=", "|", "€", "£", "§", "©", "™", "№", "½", "²", "①", "‰", "″", "—", "–", "•", "·", "¿", "¡", "¬", "¦", "¶",
        // Directions, marks on nothing, letters of many kinds.
        "\u202Enato\u202C", "\u200Fnato\u200E", "\u2067nato\u2069", "nato\u202E", "\u061C", "الكويت\u200F nato", "\u0301", "\u0301\u0301\u0301", "n\u0301a\u0302t\u0303o\u0304", "Z\u0335\u0322a\u0334\u0321l\u0337g\u0336o\u0338", "e\u0301", "é", "ﷺ", "ﷲ", "ﬁ", "ǆ", "ŉ", "ß", "ẞ", "İ", "ı", "ſ", "K", "Å", "Ω", "ς", "Σ", "ﬀ", "ａｂｃ", "𝐍𝐀𝐓𝐎", "𝓷𝓪𝓽𝓸", "🄽🄰🅃🄾", "ⓝⓐⓣⓞ", "🇰🇼", "👍", "👩‍🚀", "👍🏽", "1️⃣", "❤️", "nato👍", "👍nato", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "\U0010FFFF", "\uE000", "\U000F0000", "𐐀", "𓀀", "𠜎", "𠜎𠜎𠜎",
        "भारत", "नेपाल और भारत", "क्षि", "ประเทศไทย", "กรุงเทพมหานคร", "ກ", "ကျ", "ភាសាខ្មែរ", "科威特", "北约 科威特", "科", "科*", "\"科威特\"", "-科威特", "北大西洋公约组织秘书长访问科威特并会见外交部长讨论地区安全与合作问题以及人工智能和网络安全等新兴技术带来的挑战", "クウェート", "カ゛", "ﾅﾄｰ", "한국", "대한민국 미국", "ᄒ", "ᄒ\u1161\u11AB", "ישראל", "יִשְׂרָאֵל", "الكويت", "اَلْكُوَيْتُ", "كـــــويت", "ایران", "٢٠٢٥", "Ελλάδα", "Россия", "ქართული", "Հայաստան", "አማርኛ", "தமிழ்", "ᏣᎳᎩ", "བོད་", "ᠮᠣᠩᠭᠣᠯ", "\u0B9F\u0BCD",
        // Numbers, names and odd words.
        "0", "-1", "1e309", "NaN", "Infinity", "9999999999999999999999", "3.5", "1,000", "10:30", "2025-09-09", "50%", "C++", "C#", ".NET", "AT&T", "R&D", "U.S.", "U.S.-led", "U.S", "u.s.a.", "...a.b.c...", "don't", "'s", "s's's", "O'Neill", "o'", "'o", "’’’", "rock'n'roll", "a-b-c-d-e-f-g-h", "-a-b", "a--b", "co-", "co-co-co-co", "re-re-read", "_nato_", "nato_kuwait", "nato\u2011kuwait", "a", "I", "x y z", "the", "the of and", "\"the\"", "the OR of", "-the", "to be or not to be", "The Who", "constructor", "__proto__", "toString", "CON", "aux", "nul",
    ];

    private static readonly string[] Pieces =
    [
        "nato", "kuwait", "the", "summit", "Rute", "zzqx", "\"", "“", "»", "(", ")", "-", "−", "*", "^", ":", "title:", "actor:", "marks:", "{title}:", "OR", "AND", "NOT", "NEAR", "NEAR/3", "NEAR(", "|", "&&", "+", "~", "\\", "'", "’", ".", ",", "/", "👍", "科威特", "الكويت", "\u202E", "\u0301", "भारत", "ก", "한국", "é", "\u200D", "\t", "·hand", "--", "''", ";", "%", "_", "U.S.", "co-", "'s", "1.5", "\uFEFF",
    ];

    /// <summary>Texts, to be escaped.</summary>
    private static IEnumerable<string> Texts()
    {
        foreach (var text in ByHand) yield return text;
        yield return new string('a', 2_000);
        yield return new string('-', 1_000);
        yield return string.Concat(Enumerable.Repeat("-a ", 600));
        yield return string.Concat(Enumerable.Repeat("-", 1_000)) + "nato";
        yield return string.Concat(Enumerable.Repeat("- ", 1_000));
        yield return new string('(', 2_000);
        yield return new string(')', 2_000);
        yield return new string('(', 900) + "nato" + new string(')', 900);
        yield return string.Concat(Enumerable.Repeat("-(", 900)) + "nato";
        yield return string.Concat(Enumerable.Repeat("(a OR ", 300)) + new string(')', 200);
        yield return string.Concat(Enumerable.Repeat("NOT ", 500));
        yield return string.Concat(Enumerable.Repeat("OR ", 660));
        yield return string.Concat(Enumerable.Repeat("a OR ", 400));
        yield return string.Concat(Enumerable.Repeat("a NEAR ", 280));
        yield return string.Concat(Enumerable.Repeat("the ", 500));
        yield return string.Concat(Enumerable.Repeat("a* ", 600));
        yield return string.Concat(Enumerable.Repeat("aa* ", 500));
        yield return string.Concat(Enumerable.Range(0, 32).Select(n => $"{(char)('a' + n % 26)}{(char)('a' + n / 2)}* "));
        yield return string.Concat(Enumerable.Range(0, 32).Select(n => $"kuwiat{n} "));
        yield return string.Concat(Enumerable.Range(0, 31).Select(n => $"{(char)('a' + n % 26)}ovenrment "));
        yield return "\"" + string.Concat(Enumerable.Repeat("nato ", 390)) + "\"";
        yield return string.Concat(Enumerable.Repeat("\"", 2_000));
        yield return string.Concat(Enumerable.Repeat("\"nato\" ", 280));
        yield return string.Concat(Enumerable.Repeat("title:", 330));
        yield return string.Concat(Enumerable.Repeat("title:nato ", 180));
        yield return string.Join('-', Enumerable.Repeat("a", 1_000));
        yield return string.Join('.', Enumerable.Repeat("a", 1_000));
        yield return string.Join('\'', Enumerable.Repeat("a", 1_000));
        yield return string.Join(',', Enumerable.Repeat("a", 1_000));
        yield return string.Concat(Enumerable.Repeat("科", 2_000));
        yield return string.Concat(Enumerable.Repeat("👍", 1_000));
        yield return "n" + new string('\u0301', 1_999);
        yield return string.Concat(Enumerable.Repeat("\u202E", 1_000));
        yield return string.Concat(Enumerable.Repeat("ﷺ", 500)); // each becomes eighteen letters
        yield return new string(' ', 2_000);
        var random = new Random(20260228); // the same strings in every run
        for (var n = 0; n < 400; n++)
        {
            var text = new StringBuilder();
            for (var piece = random.Next(1, 14); piece > 0; piece--) text.Append(Pieces[random.Next(Pieces.Length)]).Append(random.Next(3) == 0 ? " " : "");
            yield return text.ToString();
        }
        // Letters from anywhere.
        for (var n = 0; n < 120; n++)
        {
            var text = new StringBuilder();
            for (var letter = random.Next(1, 40); letter > 0; letter--)
                if (random.Next(4) == 0) text.Append((char)random.Next(0x20, 0x7F));
                else if (Rune.TryCreate(random.Next(1, 0x30000), out var rune)) text.Append(rune.ToString());
            yield return text.ToString();
        }
    }

    /// <summary>Query strings as they go over the wire.</summary>
    private static IEnumerable<string> Raw()
    {
        foreach (var raw in (string[])["%00", "nato%00", "%00nato", "nato%20%00%20kuwait", "%FF", "%FE%FF", "%C3", "%C3%28", "%A0", "%E2%82", "%E2%28%A1", "%F0%28%8C%BC", "%ED%A0%80", "%ED%B0%80", "%ED%A0%80%ED%B0%80", "nato%ED%A0%BD", "%C0%80", "%C0%AE", "%E0%80%AF", "%F8%88%80%80%80", "%F4%90%80%80", "%", "%%", "%2", "%zz", "%u0041", "%25", "%2500", "+", "+++", "%2B", "%20", "%0A%0D", "%09",
            "nato&q=kuwait", "&", "=", "==nato", "nato=kuwait", "nato#kuwait", "nato;kuwait", "%26q%3Dkuwait", "[all]", "nato&q[all]=kuwait", "nato&q[not]=kuwait", "nato&stem=", "nato&explain=%00", "nato&sort=relevance%00", "nato&cursor=%00", "nato&limit=500&cursor=AAAA", "nato&cursor=" ])
            yield return "q=" + raw;
        yield return "q";
        yield return "q=";
        yield return "Q=nato";
        yield return "q%00=nato";
        yield return "q=" + string.Concat(Enumerable.Repeat("a%20OR%20", 3_000));
        yield return "q=" + new string('-', 7_000);
        yield return "q=" + new string('a', 2_001);
        yield return string.Join('&', Enumerable.Repeat("q=a", 900));
    }

    [Fact]
    public async Task Every_string_is_answered_soon_and_without_a_fault_of_the_server()
    {
        // The first search of each list pays for what later ones find ready.
        foreach (var resource in Resources) await api.GetAsync($"/v1/{resource}?q=nato");

        var (wrong, answered) = await AskAsync(api.Client);

        Reading.Nothing(wrong);
        // Neither is everything refused nor everything taken.
        Assert.True(answered[200] > 500 && answered[400] > 20, string.Join(", ", answered.Select(a => $"{a.Key}: {a.Value}")));
    }

    /// <summary>The control of the test above: a search that hands what was typed to the engine as it is must be found out.</summary>
    [Fact]
    public async Task A_search_that_hands_over_what_was_typed_is_noticed()
    {
        using var handler = new HandedOver();
        using var client = new HttpClient(handler) { BaseAddress = new Uri("http://127.0.0.1") };

        var (wrong, answered) = await AskAsync(client);

        Assert.True(answered[200] > 100 && answered[500] > 300, string.Join(", ", answered.Select(a => $"{a.Key}: {a.Value}")));
        Assert.True(wrong.Count >= answered[500], $"{wrong.Count} of {answered[500]} faults were noticed");
    }

    /// <summary>Asks for every string: what is wrong with the answers, and how many there were of each status.</summary>
    private static async Task<(List<string> Wrong, Dictionary<int, int> Answered)> AskAsync(HttpClient client)
    {
        var requests = Texts().Select(t => "q=" + Uri.EscapeDataString(t)).Concat(Raw()).Distinct().ToList();
        Assert.True(requests.Count >= 500, $"only {requests.Count} strings");
        var wrong = new List<string>();
        var answered = new Dictionary<int, int>();
        for (var n = 0; n < requests.Count; n++)
        {
            var path = $"/v1/{Resources[n % Resources.Length]}?{requests[n]}";
            var watch = Stopwatch.StartNew();
            using var response = await client.GetAsync(path);
            var text = await response.Content.ReadAsStringAsync();
            var status = (int)response.StatusCode;
            answered[status] = answered.GetValueOrDefault(status) + 1;
            var shown = path.Length > 200 ? path[..200] + "…" : path;
            if (!Allowed.Contains(status)) wrong.Add($"{status} to {shown}: {text}");
            if (watch.Elapsed > Longest) wrong.Add($"{watch.ElapsedMilliseconds} ms for {shown}");
            if (status == 200 && !IsList(text)) wrong.Add($"no list for {shown}: {text}");
            if (status == 400 && response.Content.Headers.ContentType?.MediaType != "application/problem+json") wrong.Add($"no problem document for {shown}");
        }
        return (wrong, answered);
    }

    /// <summary>Searches as a first draft of them would: the text is the engine's own question.</summary>
    private sealed class HandedOver : HttpMessageHandler
    {
        private readonly SqliteConnection _words = new("Data Source=:memory:");

        public HandedOver()
        {
            _words.Open();
            _words.Execute("CREATE VIRTUAL TABLE words USING fts5(title, actors); INSERT INTO words VALUES ('NATO and Kuwait hold talks', 'nato')");
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var typed = request.RequestUri!.Query is ['?', 'q', '=', .. var text] ? Uri.UnescapeDataString(text) : "";
            try
            {
                return Answer(HttpStatusCode.OK, JsonSerializer.Serialize(new { items = _words.Query<string>("SELECT title FROM words WHERE words MATCH @typed", new { typed }) }));
            }
            catch (SqliteException error)
            {
                return Answer(HttpStatusCode.InternalServerError, error.Message);
            }
        }

        private static Task<HttpResponseMessage> Answer(HttpStatusCode status, string text) => Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(text) });

        protected override void Dispose(bool disposing)
        {
            _words.Dispose();
            base.Dispose(disposing);
        }
    }

    [Fact]
    public async Task No_typed_text_of_legal_length_is_refused()
    {
        var wrong = new List<string>();
        foreach (var text in Texts().Where(t => t.Length is > 0 and <= 2_000 && !t.Contains('\uFFFD') && !t.Contains('\0')))
        {
            var escaped = Uri.EscapeDataString(text);
            // What a request line cannot hold never reaches the program.
            if (escaped.Length > 7_000) continue;
            using var response = await api.Client.GetAsync($"/v1/topics?q={escaped}");
            if ((int)response.StatusCode != 200) wrong.Add($"{(int)response.StatusCode} to '{text}'");
        }

        Reading.Nothing(wrong);
    }

    [Fact]
    public async Task The_next_question_is_answered_as_before()
    {
        var before = await api.IdsAsync("/v1/events?q=nato%20kuwait");
        foreach (var text in (string[])["'; DROP TABLE words; --", "nato'); DELETE FROM answers; --", "\"; DELETE FROM words; --", "x\"); INSERT INTO words(words) VALUES('delete-all'); --"])
            await api.GetAsync($"/v1/events?q={Uri.EscapeDataString(text)}");
        Assert.Equal(before, await api.IdsAsync("/v1/events?q=nato%20kuwait"));
        Assert.Contains("E1", before);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(9_000)]
    public async Task A_request_line_that_is_too_long_is_refused_and_the_server_goes_on(int length)
    {
        var root = new Uri(api.Root);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(root.Host, root.Port);
            await using var stream = client.GetStream();
            try
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/events?q={new string('a', length)} HTTP/1.1\r\nHost: {root.Authority}\r\nConnection: close\r\n\r\n"));
                using var reader = new StreamReader(stream, Encoding.ASCII);
                var line = await reader.ReadLineAsync();
                Assert.NotNull(line);
                Assert.Contains(int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture), Allowed.Except([200]));
            }
            catch (IOException)
            {
                // The server may close the connection before it has read all of it; what counts is that it goes on.
            }
        }
        Assert.NotEmpty(await api.IdsAsync("/v1/events?q=nato"));
    }

    [Fact]
    public async Task No_mark_of_the_index_can_be_asked_for()
    {
        // Every hand-made record has the mark ·hand in the index; typed, it is a word like any other.
        Assert.Empty(await api.IdsAsync("/v1/topics?q=" + Uri.EscapeDataString("\"·hand\"")));
        Assert.Empty(await api.IdsAsync("/v1/topics?q=" + Uri.EscapeDataString("marks:·hand")));
    }

    [Fact]
    public async Task Hostile_text_comes_back_as_text()
    {
        const string Typed = "<script>alert(1)</script> \"nato\" \\ \u202E kuwait";
        var query = (await api.GetAsync($"/v1/events?q={Uri.EscapeDataString(Typed)}")).At("query");

        Assert.Contains(Typed, query.Text("text"), StringComparison.Ordinal);
        Assert.Contains(Uri.EscapeDataString(Typed).Replace("%3A", ":", StringComparison.Ordinal).Replace("%2F", "/", StringComparison.Ordinal), query.Text("canonical"), StringComparison.Ordinal);
    }

    private static bool IsList(string text)
    {
        try
        {
            return JsonDocument.Parse(text).RootElement.At("items").GetArrayLength() <= 500;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>A record is found by what stands in its title, however odd: by a word of it, by all of it, in capitals, in small letters and between quotes.</summary>
public sealed class OddSearchTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Theory]
    [InlineData("Kuwait-led cross-border patrol", "cross-border")]
    [InlineData("Kuwait-led cross-border patrol", "border")]
    [InlineData("A well\u2010known\u2011hyphen patrol", "well-known-hyphen")]
    [InlineData("Version 3.5 agreed", "3.5")]
    [InlineData("COVID-19 relief", "COVID-19")]
    [InlineData("COVID-19 relief", "covid 19")]
    [InlineData("C++ and C# workshop", "C++")]
    [InlineData("A .NET workshop", ".NET")]
    [InlineData("AT&T fined", "AT&T")]
    [InlineData("R&D budget grows", "R&D")]
    [InlineData("U.S.-led coalition", "U.S.-led")]
    [InlineData("U.S.-led coalition", "US-led")]
    [InlineData("U.A.E. envoy", "UAE")]
    [InlineData("J.F. Kennedy speaks", "J.F.")]
    [InlineData("They don't agree", "don't")]
    [InlineData("They don’t agree", "don't")]
    [InlineData("They don't agree", "dont")]
    [InlineData("O'Neill arrives", "O'Neill")]
    [InlineData("O’Neill arrives", "O'Neill")]
    [InlineData("Sana'a talks", "Sanaa")]
    [InlineData("Côte d'Ivoire votes", "Cote d'Ivoire")]
    [InlineData("Naïve hopes", "naive")]
    [InlineData("Łódź hosts", "lodz")]
    [InlineData("Đặng speaks", "Dang")]
    [InlineData("Großer Spaß", "spass")]
    [InlineData("İzmir and Ağrı", "agri")]
    [InlineData("Þingvellir meets Ærø", "aero")]
    [InlineData("São Tomé signs", "tome")]
    [InlineData("مُحَمَّدٌ يَزُورُ اَلْكُوَيْتَ", "محمد")]
    [InlineData("مُحَمَّدٌ يَزُورُ اَلْكُوَيْتَ", "الكويت")]
    [InlineData("לשנה טוֹבָה", "טובה")]
    [InlineData("भारत और नेपाल की बैठक", "नेपाल")]
    [InlineData("ঢাকায় শীর্ষ সম্মেলন", "সম্মেলন")]
    [InlineData("தமிழ் மாநாடு", "மாநாடு")]
    [InlineData("การประชุมสุดยอดอาเซียน", "การประชุมสุดยอดอาเซียน")]
    [InlineData("科威特与北约举行会谈", "北约")]
    [InlineData("科威特与北约举行会谈", "科威特")]
    [InlineData("科威特与北约举行会谈", "\"举行会谈\"")]
    [InlineData("クウェートで首脳会談", "首脳会談")]
    [InlineData("쿠웨이트 정상회담", "정상회담")]
    [InlineData("Kuwait🇰🇼talks begin 🎉", "Kuwait")]
    [InlineData("Kuwait🇰🇼talks begin 🎉", "talks")]
    [InlineData("👍🏽approved", "approved")]
    [InlineData("1,000 tonnes shipped", "1,000")]
    [InlineData("Call at 10:30", "10:30")]
    [InlineData("G20/G7 meet", "G7")]
    [InlineData("F-16s delivered", "F-16s")]
    [InlineData("S-400 sold", "S-400")]
    [InlineData("NATO+4 talks", "NATO+4")]
    [InlineData("#MeToo march", "#MeToo")]
    [InlineData("@NATO replies", "@NATO")]
    [InlineData("press_office@example.org leaked", "press_office@example.org")]
    [InlineData("https://example.org/a-b?x=1&y=2 leaked", "https://example.org/a-b?x=1&y=2")]
    [InlineData("M*A*S*H shown", "M*A*S*H")]
    [InlineData("100% turnout", "100%")]
    [InlineData("€5bn deal", "€5bn")]
    [InlineData("“Peace” pact", "“Peace”")]
    [InlineData("„Frieden“ gilt", "Frieden")]
    [InlineData("(Brazzaville) votes", "(Brazzaville)")]
    [InlineData("The The", "the")]
    [InlineData("To be or not to be", "be")]
    [InlineData("Explosion near Kabul", "near")]
    [InlineData("War and peace", "peace")]
    [InlineData("War or peace", "peace")]
    [InlineData("Title: unknown", "unknown")]
    [InlineData("Half-and-half", "half-and-half")]
    [InlineData("A -- B agreed", "agreed")]
    [InlineData("Talks — again", "again")]
    [InlineData("<b>Bold</b> & brave", "bold")]
    [InlineData("Robert'); DROP TABLE events;--", "Robert')")]
    [InlineData("C:\\temp\\file found", "C:\\temp\\file")]
    [InlineData("Ｆｕｌｌｗｉｄｔｈ forum", "fullwidth")]
    [InlineData("Zero\u200Bwidth forum", "zero\u200Bwidth")]
    [InlineData("Soft\u00ADhyphen forum", "softhyphen")]
    [InlineData("H₂O and CO₂", "CO2")]
    [InlineData("№ 5 opens", "№ 5")]
    [InlineData("𝐁𝐨𝐥𝐝 letters", "bold")]
    [InlineData("X", "x")]
    [InlineData("9/11 remembered", "9/11")]
    [InlineData("24-7", "24-7")]
    public async Task An_odd_title_is_found_by_its_words(string title, string word) => Reading.Nothing(await UnfoundAsync(title, word, typed => typed));

    /// <summary>The control of the test above: a search that keeps of what was typed only letters that cannot hurt answers without a fault, and finds nothing or everything.</summary>
    [Theory]
    [InlineData("Łódź hosts", "lodz")]
    [InlineData("U.S.-led coalition", "U.S.-led")]
    [InlineData("科威特与北约举行会谈", "北约")]
    [InlineData("Cross-border patrol", "cross-border")]
    public async Task A_search_that_drops_odd_letters_is_noticed(string title, string word) =>
        Assert.NotEmpty(await UnfoundAsync(title, word, typed => string.Concat(typed.Where(c => char.IsAsciiLetterOrDigit(c) || c == ' '))));

    /// <summary>The ways to type a title that do not find the record it belongs to, and it alone.</summary>
    /// <param name="sent">What becomes of the text before it is searched for.</param>
    private async Task<List<string>> UnfoundAsync(string title, string word, Func<string, string> sent)
    {
        var here = await Corner.OfAsync(api);
        var id = await here.EventAsync(new { title });
        await here.EventAsync(new { title = "Something else altogether" });

        var wrong = new List<string>();
        string[] ways = [word, title, title.ToUpperInvariant(), title.ToLowerInvariant(), $"\"{title.Replace('"', ' ')}\"", $"title:{word}", word.ToUpperInvariant(), $"  {title}  ", $"{title}."];
        foreach (var typed in ways.Distinct())
        {
            var page = await api.GetAsync($"/v1/events?{here.Mine}&q={Uri.EscapeDataString(sent(typed))}");
            if (!page.Texts("items", "id").SequenceEqual([id])) wrong.Add($"'{typed}' finds {string.Join(",", page.Texts("items", "id"))} and not {id}");
            if (!page.IsNull("query.corrected")) wrong.Add($"'{typed}' was taken for '{page.Text("query.corrected")}'");
        }
        return wrong;
    }

    [Fact]
    public async Task A_very_long_title_is_found_by_all_of_it()
    {
        var here = await Corner.OfAsync(api);
        var title = string.Join(' ', Enumerable.Range(0, 45).Select(n => $"p{n}"));
        var id = await here.EventAsync(new { title });

        var page = await api.GetAsync($"/v1/events?{here.Mine}&q={Uri.EscapeDataString(title)}");

        Assert.Equal([id], page.Texts("items", "id"));
        Assert.Equal(13, page.Texts("query.ignored").Length);
    }

    [Fact]
    public async Task A_text_of_one_endless_word_does_no_harm()
    {
        var here = await Corner.OfAsync(api);
        var id = await here.EventAsync(new { title = "Endless", summary = new string('x', 1_500) + " and " + new string('y', 1_500) });

        Assert.Equal([id], await here.FindAsync("q=" + new string('x', 1_500)));
        Assert.Equal([id], await here.FindAsync("q=yyyyyy*"));
    }

    [Fact]
    public async Task Names_of_actors_in_any_script_find_the_actor()
    {
        string[] texts = ["Ωμέγα Παπαδοπούλου", "Нурсултан Проба", "دانا الاختبار", "测试人物", "テスト太郎", "시험관", "परीक्षक सिंह", "ทดสอบ", "Tëst Ñandú"];
        var here = await Corner.OfAsync(api);
        await api.GivenAsync(Kind.Actor, new { id = here.Id("probe"), kind = "person", name = "Probe Person", names = texts.Select(text => new { text, lang = "und" }).ToArray() });

        var wrong = new List<string>();
        foreach (var typed in texts.SelectMany(t => (string[])[t, .. t.Split(' '), t.ToUpperInvariant(), $"\"{t}\""]).Distinct())
            if (!(await api.IdsAsync($"/v1/actors?ids={here.Id("probe")}&q={Uri.EscapeDataString(typed)}")).Contains(here.Id("probe"))) wrong.Add(typed);

        Reading.Nothing(wrong);
    }
}

using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EventsApi.Access;

namespace EventsApi.Tests;

/// <summary>Files to import, in the formats as they are published, and short ways to send them and to read what became of them.</summary>
internal static class Importing
{
    /// <summary>Sends a file as an editor; the answer comes with 202.</summary>
    public static async Task<HttpResponseMessage> SendFileAsync(this TestApi api, string query, byte[] file, string mediaType = "application/octet-stream", Role role = Role.Editor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/imports?{query}") { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {await api.KeyAsync(role)}");
        return await api.Client.SendAsync(request);
    }

    /// <summary>Sends a file and waits until it is done or failed.</summary>
    public static async Task<JsonElement> ImportAsync(this TestApi api, string query, byte[] file)
    {
        using var response = await api.SendFileAsync(query, file);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{query}: {(int)response.StatusCode} {text}");
        return await api.EndOfAsync(response.Headers.Location!.OriginalString);
    }

    public static Task<JsonElement> ImportAsync(this TestApi api, string query, string file) => api.ImportAsync(query, Encoding.UTF8.GetBytes(file));

    /// <summary>The import when it is done or failed.</summary>
    public static async Task<JsonElement> EndOfAsync(this TestApi api, string location)
    {
        // On a machine with much else to do it takes its time, but it goes on.
        var read = -1L;
        for (var watch = System.Diagnostics.Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            var import = await api.GetAsync(location);
            if (import.Text("status") is "done" or "failed") return import;
            if (import.At("counts.read").GetInt64() is var now && now != read)
            {
                read = now;
                watch.Restart();
            }
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(3), $"{location} does not go on: {import}");
        }
    }

    /// <summary>Its counts in the order read, created, updated, unchanged, kept, rejected.</summary>
    public static string Counts(this JsonElement import) => string.Join(' ', ((string[])["read", "created", "updated", "unchanged", "kept", "rejected"]).Select(c => import.At($"counts.{c}").GetInt64()));

    /// <summary>The counts of an import that must have come to its end.</summary>
    public static void Is(this JsonElement import, string status, string counts) => Assert.True(import.Text("status") == status && import.Counts() == counts, $"Not {status} with {counts}: {import}");

    public static async Task<IReadOnlyList<JsonElement>> RejectsAsync(this TestApi api, JsonElement import)
    {
        var lines = await api.Client.GetStringAsync(import.Text("rejects"));
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
    }

    /// <summary>The only reject.</summary>
    public static async Task<JsonElement> RejectAsync(this TestApi api, JsonElement import) => Assert.Single(await api.RejectsAsync(import));

    private static int _last = 500_000_000;

    /// <summary>A number that no other row has.</summary>
    public static string NextId() => Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);

    // GDELT.

    private static readonly string[] GdeltHead =
    [
        "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate",
        .. ((string[])["Actor1", "Actor2"]).SelectMany(a => ((string[])["Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code", "Type1Code", "Type2Code", "Type3Code"]).Select(c => a + c)),
        "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale", "NumMentions", "NumSources", "NumArticles", "AvgTone",
    ];

    private static readonly string[] Geo2 = ["Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID"], Geo1 = [.. Geo2.Where(c => c != "ADM2Code")];

    public static readonly string[] Gdelt2Columns = [.. GdeltHead, .. ((string[])["Actor1Geo_", "Actor2Geo_", "ActionGeo_"]).SelectMany(p => Geo2.Select(c => p + c)), "DATEADDED", "SOURCEURL"];
    public static readonly string[] Gdelt1Columns = [.. GdeltHead, .. ((string[])["Actor1Geo_", "Actor2Geo_", "ActionGeo_"]).SelectMany(p => Geo1.Select(c => p + c)), "DATEADDED", "SOURCEURL"];

    /// <summary>A row of GDELT: Russia threatens Ukraine, in Kyiv; the cells that are given say otherwise.</summary>
    public static string Gdelt(string id, string[]? columns = null, params (string Column, string Value)[] cells)
    {
        columns ??= Gdelt2Columns;
        var row = new Dictionary<string, string>
        {
            ["GLOBALEVENTID"] = id, ["SQLDATE"] = "20240131", ["MonthYear"] = "202401", ["Year"] = "2024", ["FractionDate"] = "2024.0833",
            ["Actor1Code"] = "RUS", ["Actor1Name"] = "RUSSIA", ["Actor1CountryCode"] = "RUS", ["Actor2Code"] = "UKR", ["Actor2Name"] = "UKRAINE", ["Actor2CountryCode"] = "UKR",
            ["IsRootEvent"] = "1", ["EventCode"] = "130", ["EventBaseCode"] = "130", ["EventRootCode"] = "13", ["QuadClass"] = "3", ["GoldsteinScale"] = "-4.4", ["NumMentions"] = "10", ["NumSources"] = "2", ["NumArticles"] = "9", ["AvgTone"] = "-3.25",
            ["ActionGeo_Type"] = "4", ["ActionGeo_FullName"] = "Kiev, Kyyiv, Misto, Ukraine", ["ActionGeo_CountryCode"] = "UP", ["ActionGeo_ADM1Code"] = "UP12", ["ActionGeo_Lat"] = "50.4333", ["ActionGeo_Long"] = "30.5167", ["ActionGeo_FeatureID"] = "-1044367",
            ["DATEADDED"] = columns.Length == 61 ? "20240131120000" : "20240131", ["SOURCEURL"] = $"https://news.example/world/{id}/moscow-warns-kyiv-again",
        };
        foreach (var (column, value) in cells) row[column] = value;
        return string.Join('\t', columns.Select(c => row.GetValueOrDefault(c, "")));
    }

    public static string Mention(string id, string address, int columns = 16) =>
        string.Join('\t', ((string[])[id, "20240131120000", "20240201090000", "1", "paper.example", address, "2", "-1", "142", "158", "1", "50", "5402", "-0.1", "", ""])[..columns]);

    // UCDP.

    public static readonly string[] Ucdp49 =
    [
        "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b",
        "number_of_sources", "source_article", "source_office", "source_date", "source_headline", "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region",
        "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
    ];

    public static readonly string[] Ucdp41 =
    [
        "id", "year", "active_year", "type_of_violence", "conflict_dset_id", "conflict_name", "dyad_dset_id", "dyad_name", "side_a_dset_id", "gwnoa", "side_a", "side_b_dset_id", "gwnob", "side_b", "number_of_sources", "source_article", "source_office", "source_date", "source_headline",
        "where_prec", "where_coordinates", "adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region", "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best_est", "low_est", "high_est",
    ];

    public static readonly string[] Ucdp14 = ["id", "year", "month", "day", "country", "type_of_violence", "conflict_name", "side_a", "side_b", "latitude", "longitude", "low_death", "best_death", "high_death"];

    /// <summary>A row of UCDP's, by column: rebels fight the government of Syria near Rami.</summary>
    public static Dictionary<string, string> Ucdp(string id, params (string Column, string Value)[] cells)
    {
        var row = new Dictionary<string, string>
        {
            ["id"] = id, ["relid"] = $"SYR-2013-1-{id}", ["year"] = "2013", ["month"] = "1", ["day"] = "3", ["active_year"] = "1", ["code_status"] = "Clear", ["type_of_violence"] = "1", ["conflict_dset_id"] = "299", ["conflict_new_id"] = "299", ["conflict_name"] = "Syria: Government",
            ["dyad_dset_id"] = "11973", ["dyad_new_id"] = "11973", ["dyad_name"] = "Government of Syria - Syrian insurgents", ["side_a_dset_id"] = "118", ["side_a_new_id"] = "118", ["side_a"] = "Government of Syria", ["side_b_dset_id"] = "4456", ["side_b_new_id"] = "4456", ["side_b"] = "Syrian insurgents",
            ["number_of_sources"] = "-1", ["source_article"] = "\"VDC,2013-01-03,Hankosh\"", ["source_office"] = "VDC", ["source_date"] = "2013-01-03", ["source_headline"] = "Two die at Rami", ["where_prec"] = "1", ["where_coordinates"] = "Rami village", ["where_description"] = "at Rami,\nbeside the road",
            ["adm_1"] = "Idlib governorate", ["adm_2"] = "Ariha district", ["latitude"] = "35.763369", ["longitude"] = "36.558974", ["country"] = "Syria", ["country_id"] = "652", ["region"] = "Middle East", ["event_clarity"] = "1", ["date_prec"] = "1", ["date_start"] = "2013-01-03", ["date_end"] = "2013-01-03",
            ["deaths_a"] = "0", ["deaths_b"] = "2", ["deaths_civilians"] = "0", ["deaths_unknown"] = "0", ["best"] = "2", ["high"] = "3", ["low"] = "1", ["gwnoa"] = "652", ["gwnob"] = "",
        };
        foreach (var (column, value) in cells) row[column] = value;
        foreach (var (name, old, compact) in ((string, string, string)[])[("best", "best_est", "best_death"), ("low", "low_est", "low_death"), ("high", "high_est", "high_death")]) row[old] = row[compact] = row[name];
        return row;
    }

    // ACLED.

    public static readonly string[] AcledColumns =
    [
        "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting", "iso", "region", "country", "admin1", "admin2", "admin3",
        "location", "latitude", "longitude", "geo_precision", "source", "source_scale", "notes", "fatalities", "tags", "timestamp",
    ];

    /// <summary>A row of ACLED's, by column: the army of Kenya fights Al Shabaab.</summary>
    public static Dictionary<string, string> Acled(string id, params (string Column, string Value)[] cells)
    {
        var row = new Dictionary<string, string>
        {
            ["event_id_cnty"] = id, ["event_date"] = "01 January 2024", ["year"] = "2024", ["time_precision"] = "1", ["disorder_type"] = "Political violence", ["event_type"] = "Battles", ["sub_event_type"] = "Armed clash", ["actor1"] = "Military Forces of Kenya (2022-)", ["inter1"] = "State forces",
            ["actor2"] = "Al Shabaab", ["inter2"] = "Rebel group", ["interaction"] = "State forces-Rebel group", ["iso"] = "404", ["region"] = "Eastern Africa", ["country"] = "Kenya", ["admin1"] = "Lamu", ["admin2"] = "Lamu West", ["location"] = "Mpeketoni", ["latitude"] = "-2.3900", ["longitude"] = "40.6980",
            ["geo_precision"] = "1", ["source"] = "Daily Nation; Undisclosed Source", ["source_scale"] = "National", ["notes"] = "Soldiers fought militants.", ["fatalities"] = "3", ["tags"] = "", ["timestamp"] = "1704700000",
        };
        foreach (var (column, value) in cells) row[column] = value;
        return row;
    }

    /// <summary>A table as RFC 4180 has it.</summary>
    public static string Table(string[] columns, params Dictionary<string, string>[] rows) =>
        string.Concat(((string[])[string.Join(',', columns), .. rows.Select(r => string.Join(',', columns.Select(c => Quoted(r.GetValueOrDefault(c, "")))))]).Select(l => l + "\n"));

    private static string Quoted(string cell) => cell.AsSpan().ContainsAny("\",\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;

    public static string Lines(params IEnumerable<string> rows) => string.Concat(rows.Select(r => r + "\n"));

    public static byte[] Gzip(byte[] file)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(file);
        return packed.ToArray();
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create))
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        return packed.ToArray();
    }

    public static byte[] Bytes(this string text) => Encoding.UTF8.GetBytes(text);
}

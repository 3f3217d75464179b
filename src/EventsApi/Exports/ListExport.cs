using System.Text;
using System.Text.Json;
using EventsApi.Access;
using EventsApi.Http;
using EventsApi.Search;
using EventsApi.Vocabulary;

namespace EventsApi.Exports;

/// <summary>A list for the command line: the same question as over HTTP, asked by the operator.</summary>
internal static class ListExport
{
    /// <param name="words">Parameters of the list: <c>--NAME VALUE</c>, <c>--NAME=VALUE</c> or <c>NAME=VALUE</c>.</param>
    /// <param name="progress">How much was written: rows and how many there are, or bytes and null where a row is not a line.</param>
    /// <param name="isWatched">Somebody looks at the progress, so the rows are counted first.</param>
    public static async Task WriteAsync(IServiceProvider services, string name, string format, IReadOnlyList<string> words, Stream into, Action<long, long?> progress, bool isWatched, CancellationToken ct)
    {
        string[] paths = [.. CatalogueResources.All.Select(r => r.Path), "catalogue"];
        var resource = CatalogueResources.All.FirstOrDefault(r => r.Path == name) ?? throw ProblemException.Parameter("RESOURCE", "unknown-value", $"There is no list '{name}'.{(Folding.Nearest(name, paths) is { } meant ? $" Did you mean {meant}?" : "")}", paths);
        string[] formats = [.. Export.Formats(resource).Select(f => f.Format)];
        if (!formats.Contains(format)) throw ProblemException.Parameter("format", "unknown-value", $"{name} are not exported as '{format}'.", formats);
        var query = Parameters(words).Append(KeyValuePair.Create("format", (string?)format)).ToList();
        var lists = services.GetRequiredService<Lists>();
        var isOfLines = format is "ndjson" or "csv";
        long? total = null;
        if (isWatched && isOfLines)
        {
            string[] counted = ["format", "fields", "rows", "end", "guard", "limit", "lang", "include"];
            using var answer = new MemoryStream();
            await lists.AnswerAsync(Ask(services, resource, [.. query.Where(p => !counted.Contains(p.Key)), KeyValuePair.Create("total", (string?)"exact"), KeyValuePair.Create("limit", (string?)"1")], answer, ct), resource);
            using var page = JsonDocument.Parse(answer.ToArray());
            total = page.RootElement.Inner("total").Inner("value").GetInt64();
        }
        await lists.AnswerAsync(Ask(services, resource, query, new Counted(into, done => progress(total is { } all ? Math.Min(done, all) : done, total), isOfLines && total is not null), ct), resource);
    }

    private static DefaultHttpContext Ask(IServiceProvider services, Resource resource, List<KeyValuePair<string, string?>> query, Stream into, CancellationToken ct)
    {
        // Addresses in calendars and feeds lead to where this catalogue is served by its settings.
        var url = new Uri((services.GetRequiredService<IConfiguration>()["urls"] is { Length: > 0 } urls ? urls.Split(';')[0] : Server.DefaultUrl).Replace("//*", "//localhost").Replace("//+", "//localhost"));
        var http = new DefaultHttpContext { RequestServices = services, RequestAborted = ct };
        (http.Request.Method, http.Request.Scheme, http.Request.Host, http.Request.Path, http.Request.QueryString) = ("GET", url.Scheme, new HostString(url.Authority), $"/v1/{resource.Path}", QueryString.Create(query));
        http.Response.Body = into;
        http.Items[typeof(Caller)] = new Caller("", "the operator", Role.Admin);
        return http;
    }

    private static IEnumerable<KeyValuePair<string, string?>> Parameters(IReadOnlyList<string> words)
    {
        for (var n = 0; n < words.Count; n++)
        {
            var (word, isOption) = (words[n].StartsWith("--", StringComparison.Ordinal) ? words[n][2..] : words[n], words[n].StartsWith("--", StringComparison.Ordinal));
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) yield return KeyValuePair.Create(word[..equals], (string?)word[(equals + 1)..]);
            else if (isOption && n + 1 < words.Count && !words[n + 1].StartsWith("--", StringComparison.Ordinal)) yield return KeyValuePair.Create(word, (string?)words[++n]);
            else throw ProblemException.Parameter(word, "invalid", isOption ? $"--{word} needs a value behind it." : $"'{word}' is no filter; write --NAME VALUE or NAME=VALUE.");
        }
    }

    /// <summary>Counts what passes: bytes, or lines.</summary>
    private sealed class Counted(Stream inner, Action<long> progress, bool lines) : Passing
    {
        private long _count;

        public override void Write(ReadOnlySpan<byte> bytes)
        {
            inner.Write(bytes);
            progress(_count += lines ? bytes.Count((byte)'\n') : bytes.Length);
        }
    }
}

/// <summary>Bytes of UTF-8 to where text goes: a console, or a server's answer to a command.</summary>
internal sealed class TextStream(TextWriter text) : Passing
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    // A letter can be cut between two writes; the decoder keeps its first part.
    public override void Write(ReadOnlySpan<byte> bytes)
    {
        var letters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        text.Write(new string(letters, 0, _decoder.GetChars(bytes, letters, flush: false)));
    }
}

/// <summary>A stream that is written to from one side only.</summary>
internal abstract class Passing : Stream
{
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public abstract override void Write(ReadOnlySpan<byte> bytes);
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }
    public override void Flush()
    {
    }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}

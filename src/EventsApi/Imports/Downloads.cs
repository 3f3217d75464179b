using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using EventsApi.Http;
using EventsApi.Storage;
using Microsoft.Extensions.Options;

namespace EventsApi.Imports;

/// <summary>Fetches files from hosts that the operator named, and from no others: an address is what a stranger sends, and must not lead into the operator's own network.</summary>
internal sealed class Downloads : IDisposable
{
    private const int MostRedirects = 3;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly ImportsOptions _options;
    private readonly HttpClient _client;

    public Downloads(IOptions<ImportsOptions> options)
    {
        _options = options.Value;
        _client = new HttpClient(new SocketsHttpHandler
        {
            // A redirect is a new address, and is looked at like the first.
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(10), UseCookies = false, UseProxy = false,
            // The address is looked at when the connection is made: what a name led to before may have changed since.
            ConnectCallback = ConnectAsync,
        })
        { Timeout = Longest, DefaultRequestHeaders = { { "User-Agent", "events-catalogue" } } };
    }

    /// <summary>Whether files may come from this address; otherwise why not.</summary>
    public string? Refusal(Uri address) =>
        address.Scheme is not ("http" or "https") ? $"Files are fetched by http and https, not by {address.Scheme}." :
        !_options.AllowedHosts.Contains(address.Host, StringComparer.OrdinalIgnoreCase) ? $"Files are not fetched from {address.Host}; the operator allows {(_options.AllowedHosts.Length == 0 ? "no host" : string.Join(", ", _options.AllowedHosts))} (Imports:Hosts). Download the file and send it as the body." : null;

    /// <summary>The file, in the folder of uploads, and its name.</summary>
    public async Task<(string Path, string Name)> FetchAsync(Uri address, ImportQueue queue, CancellationToken ct)
    {
        using var response = await GetAsync(address, ct);
        try
        {
            await using var body = new FlowingBody(await response.Content.ReadAsStreamAsync(ct), TimeSpan.FromSeconds(_options.StallSeconds));
            var (path, _) = await queue.SpoolAsync(body, _options.LargestUpload, () => Failed(address, $"it is larger than {_options.LargestUpload:N0} bytes (Imports:LargestUpload)"), ct);
            return (path, Path.GetFileName(address.AbsolutePath) is { Length: > 0 } name ? name : address.Host);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw Failed(address, error.Message);
        }
    }

    /// <summary>The lines of a list, one after the other as they arrive.</summary>
    /// <param name="tail">Only about so many bytes at its end, where the host can give a part; null for all.</param>
    /// <returns>Whether that was the whole list.</returns>
    public async Task<bool> ReadAsync(Uri address, long? tail, Action<string> line, CancellationToken ct)
    {
        using var response = await GetAsync(address, ct, tail);
        try
        {
            using var reader = new StreamReader(new FlowingBody(await response.Content.ReadAsStreamAsync(ct), TimeSpan.FromSeconds(_options.StallSeconds)));
            var isPart = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From > 0;
            // A part begins in the middle of a line.
            if (isPart) await reader.ReadLineAsync(ct);
            while (await reader.ReadLineAsync(ct) is { } text) line(text);
            return !isPart;
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw Failed(address, error.Message);
        }
    }

    private async Task<HttpResponseMessage> GetAsync(Uri address, CancellationToken ct, long? tail = null)
    {
        for (var redirects = 0; ; redirects++)
        {
            if (Refusal(address) is { } refusal) throw new ProblemException(ProblemCode.BrokenRules, refusal, [new ProblemError("not-allowed", refusal) { Pointer = "/url", Allowed = _options.AllowedHosts }]);
            HttpResponseMessage response;
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                if (tail is not null) request.Headers.Range = new RangeHeaderValue(null, tail);
                response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            }
            catch (HttpRequestException error)
            {
                throw error.InnerException is ProblemException refused ? refused : Failed(address, error.Message);
            }
            catch (TaskCanceledException) when (!ct.IsCancellationRequested)
            {
                throw Failed(address, "the host did not answer in time");
            }
            if (response.IsSuccessStatusCode) return response;
            using (response)
            {
                if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location) throw Failed(address, $"the host answered {(int)response.StatusCode}");
                if (redirects == MostRedirects) throw Failed(address, "it leads on and on");
                address = new Uri(address, location);
            }
        }
    }

    private static ProblemException Failed(Uri address, string why) => new(ProblemCode.BrokenRules, $"{address} could not be fetched: {why.TrimEnd('.')}.", [new ProblemError("unreachable", $"It could not be fetched: {why.TrimEnd('.')}.") { Pointer = "/url" }]);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var found = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, ct);
        var open = found.Where(a => _options.AllowPrivateAddresses || IsPublic(a)).ToArray();
        if (open.Length == 0)
        {
            var refusal = $"{context.DnsEndPoint.Host} has a loopback or private address; fetching from those must be allowed (Imports:AllowPrivateAddresses).";
            throw new ProblemException(ProblemCode.BrokenRules, refusal, [new ProblemError("not-allowed", refusal) { Pointer = "/url" }]);
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(open, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // What is not reachable from everywhere (IANA special-purpose registries, RFC 6890).
    private static readonly IPNetwork[] Special = [.. ((string[])
        ["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
         "::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "ff00::/8"]).Select(n => IPNetwork.Parse(n))];

    internal static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return !Special.Any(n => n.Contains(address));
    }

    public void Dispose() => _client.Dispose();

    /// <summary>A body that keeps coming: a host that sends a byte now and then would hold the queue of imports for ever. It ends with an <see cref="IOException"/> when a window brings less than <see cref="Least"/>.</summary>
    private sealed class FlowingBody(Stream body, TimeSpan window) : Stream
    {
        private const int Least = 16 << 10;

        private long _since = Environment.TickCount64;
        private int _brought;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct = default)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var left = window - TimeSpan.FromMilliseconds(Environment.TickCount64 - _since);
            patience.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            try
            {
                var read = await body.ReadAsync(buffer, patience.Token);
                _brought += read;
                if (_brought >= Least) (_since, _brought) = (Environment.TickCount64, 0);
                return read;
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new IOException($"in {window.TotalSeconds:0.#} seconds it brought only {_brought:N0} bytes");
            }
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken ct) => ReadAsync(buffer.AsMemory(offset, count), ct).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) body.Dispose();
            base.Dispose(disposing);
        }
    }
}

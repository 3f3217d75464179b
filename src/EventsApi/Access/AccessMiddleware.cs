using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EventsApi.Http;
using Microsoft.Extensions.Options;

namespace EventsApi.Access;

/// <summary>Who may come in, and how often.</summary>
public sealed class AccessOptions
{
    public const string Section = "Access";

    /// <summary>Whether reading needs a key too.</summary>
    public bool ReadingNeedsKey { get; set; }
    /// <summary>Origins whose pages may write (CORS); reading is open to all.</summary>
    public string[] WritingOrigins { get; set; } = [];
}

/// <summary>Quotas; null is none.</summary>
public sealed class LimitOptions
{
    public const string Section = "Limits";

    /// <summary>Requests a minute for each key.</summary>
    public int? PerKey { get; set; }
    /// <summary>Requests a minute without a key for each address (an IPv6 network of 64 bits counts as one).</summary>
    public int? PerAddress { get; set; }
}

/// <summary>The role that an operation needs; nothing for what everybody may.</summary>
public sealed record Needs(Role Role);

public static class AccessExtensions
{
    public static void AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AccessOptions>().Bind(configuration.GetSection(AccessOptions.Section)).ValidateOnStart();
        services.AddOptions<LimitOptions>().Bind(configuration.GetSection(LimitOptions.Section))
            .Validate(o => o.PerKey is null or > 0, "Limits:PerKey is a number of requests a minute above 0; leave it out for no quota.")
            .Validate(o => o.PerAddress is null or > 0, "Limits:PerAddress is a number of requests a minute above 0; leave it out for no quota.")
            .ValidateOnStart();
        services.AddSingleton<Keys>();
    }

    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder route, Role role) => route.WithMetadata(new Needs(role));

    /// <summary>Whose request it is; null without a key.</summary>
    public static Caller? Caller(this HttpContext http) => http.Items[typeof(Caller)] as Caller;

    /// <summary>Whether the answer is only for those with a key, so that no shared cache may keep it.</summary>
    public static bool NeedsKey(this HttpContext http) => http.Items.ContainsKey(typeof(AccessOptions));
}

/// <summary>Looks at the key, the role it needs, and the quotas. Wrong keys slow down the source they come from.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, Keys keys, IOptions<AccessOptions> access, IOptions<LimitOptions> limits, TimeProvider clock)
{
    private const int Window = 60;
    // So many wrong keys a minute are answered at once; after that no unknown key of the source is looked at until the minute is over.
    private const int WrongKeys = 20;

    private readonly Quota _perKey = new(limits.Value.PerKey ?? int.MaxValue), _perAddress = new(limits.Value.PerAddress ?? int.MaxValue), _wrong = new(WrongKeys);
    // Keys that were right a moment ago: a person with a good key is not shut out by somebody else behind the same address.
    private readonly ConcurrentDictionary<string, long> _right = [];

    public async Task InvokeAsync(HttpContext http)
    {
        var needs = http.GetEndpoint()?.Metadata.GetMetadata<Needs>();
        var header = http.Request.Headers.Authorization;
        var isData = http.Request.Path.StartsWithSegments("/v1");
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (header.Count > 0 && isData) await RecognizeAsync(http, header.ToString(), now);

        var caller = http.Caller();
        if (isData && access.Value.ReadingNeedsKey) http.Items[typeof(AccessOptions)] = access.Value;
        if (isData)
        {
            var (quota, who) = caller is not null ? (_perKey, caller.Id) : (_perAddress, Source(http));
            if (quota.Most != int.MaxValue)
            {
                var (isWithin, left, reset) = quota.Take(who, now);
                http.Response.Headers["RateLimit-Policy"] = $"\"minute\";q={quota.Most};w={Window}";
                http.Response.Headers["RateLimit"] = $"\"minute\";r={left};t={reset}";
                if (!isWithin) throw TooMany(http, reset, $"More than {quota.Most} requests in a minute.");
            }
        }
        if (caller is null && (needs is not null || access.Value.ReadingNeedsKey && isData && !HttpMethods.IsOptions(http.Request.Method)))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            throw new ProblemException(ProblemCode.Unauthorized, needs is null ? "Reading this catalogue needs a key." : $"{http.Request.Method} {http.Request.Path} needs a key of the role {needs.Role.ToString().ToLowerInvariant()}.");
        }
        if (needs is not null && caller!.Role < needs.Role)
            throw new ProblemException(ProblemCode.Forbidden, $"This key is of the role {caller.Role.ToString().ToLowerInvariant()}; {http.Request.Method} {http.Request.Path} needs {needs.Role.ToString().ToLowerInvariant()}.");
        await next(http);
    }

    private async Task RecognizeAsync(HttpContext http, string header, long now)
    {
        const string Scheme = "Bearer ";
        var source = Source(http);
        var key = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        // No key is kept in memory, here as little as in the file.
        var hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key)));
        var isKnown = _right.TryGetValue(hash, out var until) && until > now;
        if (!isKnown && _wrong.IsSpent(source, now, out var wait)) throw TooMany(http, wait, "Too many keys that are not known came from this address.");
        if (key != "" && await keys.FindAsync(key, http.RequestAborted) is { } caller)
        {
            http.Items[typeof(Caller)] = caller;
            if (_right.Count > 10_000) _right.Clear();
            _right[hash] = now + Window;
            return;
        }
        _right.TryRemove(hash, out _);
        _wrong.Take(source, now);
        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        throw new ProblemException(ProblemCode.Unauthorized, key == "" ? "The Authorization header is not of the form Bearer <key>." : "The key is not known, has expired or was revoked.");
    }

    private static ProblemException TooMany(HttpContext http, long seconds, string detail)
    {
        http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new ProblemException(ProblemCode.TooManyRequests, $"{detail} Come back in {seconds} seconds.");
    }

    /// <summary>Where it comes from: an IPv4 address, or the network of an IPv6 one.</summary>
    private static string Source(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }

    /// <summary>Counts in whole minutes.</summary>
    private sealed class Quota(int most)
    {
        // What a flood of sources may take: then counting begins anew.
        private const int MostSources = 100_000;

        private readonly ConcurrentDictionary<string, int> _counts = [];
        private long _window;

        public int Most => most;

        public (bool IsWithin, int Left, long Reset) Take(string who, long now)
        {
            Turn(now);
            var count = _counts.AddOrUpdate(who, 1, (_, n) => n == int.MaxValue ? n : n + 1);
            return (count <= most, Math.Max(0, most - count), Reset(now));
        }

        public bool IsSpent(string who, long now, out long reset)
        {
            Turn(now);
            reset = Reset(now);
            return _counts.TryGetValue(who, out var count) && count >= most;
        }

        private static long Reset(long now) => Window - now % Window;

        private void Turn(long now)
        {
            var window = now / Window;
            if (Interlocked.Exchange(ref _window, window) != window || _counts.Count > MostSources) _counts.Clear();
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using Dapper;
using EventsApi.Storage;

namespace EventsApi.Access;

/// <summary>What a key may do; each role includes those before it.</summary>
public enum Role
{
    /// <summary>Reads, and keeps queries as pins.</summary>
    Reader = 1,
    /// <summary>Writes.</summary>
    Editor = 2,
    /// <summary>Reads the audit and everything else.</summary>
    Admin = 3,
}

/// <summary>Whose request it is.</summary>
/// <param name="Id">The public part of the key.</param>
public sealed record Caller(string Id, string Name, Role Role);

/// <summary>A key as it is listed; the secret part is shown once, when it is made.</summary>
public sealed record Key
{
    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    /// <summary>reader, editor or admin.</summary>
    public string Role { get; init; } = "";
    public string CreatedAt { get; init; } = "";
    /// <summary>Null: never.</summary>
    public string? ExpiresAt { get; init; }
    public string? RevokedAt { get; init; }
    /// <summary>To the minute.</summary>
    public string? UsedAt { get; init; }
}

/// <summary>The API keys: 32 random bytes behind a public id. Only a SHA-256 of the secret is stored, which is enough for a secret that nobody can guess.</summary>
public sealed class Keys(Database database, TimeProvider clock)
{
    private const string Prefix = "ec_";
    // An id and a secret in characters that need no escaping anywhere.
    private const int IdBytes = 6, SecretBytes = 32;
    private const long Minute = 60_000;

    // Compared with where there is no such key, so that an unknown id takes as long as a wrong secret.
    private static readonly byte[] NoHash = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    /// <summary>The new key, and its id.</summary>
    public async Task<(string Key, string Id)> CreateAsync(string name, Role role, DateTimeOffset? expires)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        await database.WriteAsync(writer =>
        {
            writer.Kept("INSERT INTO keys(id, name, role, hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)")
                .Bind(id).Bind(name).Bind(role.ToString().ToLowerInvariant()).Bind(Hash(secret)).Bind(writer.Now).Bind(expires?.ToUnixTimeMilliseconds()).Run();
            return true;
        });
        return ($"{Prefix}{id}_{secret}", id);
    }

    public Task<List<Key>> ListAsync() => database.ReadHeavyAsync(reader => reader.Db.Query<KeyRow>("SELECT id, name, role, created_at AS CreatedAt, expires_at AS ExpiresAt, revoked_at AS RevokedAt, used_at AS UsedAt FROM keys ORDER BY created_at, id")
        .Select(row => new Key { Id = row.Id, Name = row.Name, Role = row.Role, CreatedAt = Instant(row.CreatedAt)!, ExpiresAt = Instant(row.ExpiresAt), RevokedAt = Instant(row.RevokedAt), UsedAt = Instant(row.UsedAt) }).ToList());

    /// <summary>False when there is no such key.</summary>
    public Task<bool> RevokeAsync(string id) => database.WriteAsync(writer =>
        writer.Kept("UPDATE keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? RETURNING 1").Bind(writer.Now).Bind(id).Scalar() is not null);

    /// <summary>Whose key this is; null when it is none, or no longer one. Read anew for every request, so that a revocation holds at once.</summary>
    public async ValueTask<Caller?> FindAsync(string key, CancellationToken ct)
    {
        var parts = key.Split('_');
        var (id, secret) = parts is [_, var i, var s] && key.StartsWith(Prefix, StringComparison.Ordinal) && key.Length < 200 ? (i, s) : ("", "");
        var given = Hash(secret);
        var row = await database.LookUpAsync(reader =>
        {
            var found = reader.Kept("SELECT name, role, hash, expires_at, revoked_at, used_at FROM keys WHERE id = ?").Bind(id);
            if (!found.Step()) return null;
            var read = new KeyRow { Name = found.Text(0), Role = found.Text(1), Hash = found.Blob(2).ToArray(), ExpiresAt = found.Int64OrNull(3), RevokedAt = found.Int64OrNull(4), UsedAt = found.Int64OrNull(5) };
            found.Reset();
            return read;
        }, ct);
        var isRight = CryptographicOperations.FixedTimeEquals(given, row?.Hash ?? NoHash);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (!isRight || row is null || row.RevokedAt is not null || row.ExpiresAt <= now) return null;
        // Nobody waits for this to be noted; once a minute is enough.
        if (row.UsedAt is null || now - row.UsedAt >= Minute)
            _ = database.WriteAsync(writer =>
            {
                writer.Kept("UPDATE keys SET used_at = ? WHERE id = ? AND coalesce(used_at, 0) < ?").Bind(now).Bind(id).Bind(now - Minute / 2).Run();
                return true;
            });
        return new Caller(id, row.Name, Enum.Parse<Role>(row.Role, ignoreCase: true));
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static string? Instant(long? milliseconds) => milliseconds is { } at ? Records.Json.Instant(at) : null;

    private sealed record KeyRow
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
        public string Role { get; init; } = "";
        public byte[] Hash { get; init; } = [];
        public long CreatedAt { get; init; }
        public long? ExpiresAt { get; init; }
        public long? RevokedAt { get; init; }
        public long? UsedAt { get; init; }
    }
}

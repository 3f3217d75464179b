using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>Statements that a connection keeps.</summary>
public sealed class StatementTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task What_is_being_bound_stays_while_others_are_asked_for()
    {
        var found = await api.Services.GetRequiredService<Database>().LookUpAsync(reader =>
        {
            // More texts than are kept, and the first of them used again now and then: it is never the one that goes.
            const string First = "SELECT 7 + ?";
            for (var n = 0; n < 450; n++)
            {
                var held = reader.Kept(First);
                _ = reader.Kept($"SELECT {n}").Scalar();
                if (held.Bind(1L).Scalar() != 8) return n;
            }
            return -1;
        });

        Assert.Equal(-1, found);
    }
}

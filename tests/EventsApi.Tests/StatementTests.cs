using Dapper;
using EventsApi.Records;
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

    [Fact]
    public async Task A_job_whose_last_statement_fails_leaves_nothing_to_be_done_at_the_end()
    {
        var (database, writers, done) = (api.Services.GetRequiredService<Database>(), api.Services.GetRequiredService<RecordWriters>(), false);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => writers.WriteAsync(database, session =>
        {
            session.AtEnd(() => done = true);
            // Its name is taken.
            session.Writer.Kept("INSERT INTO settings(name, value) VALUES ('identity', 'another')").Run();
            return true;
        }));
        Assert.False(done);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_taken_for_a_look_up_and_is_none_goes_on_where_it_may_take_longer_however_it_is_asked(bool isKept)
    {
        const string Counting = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 100000) SELECT count(*) FROM n";
        var runs = 0;
        var found = await api.Services.GetRequiredService<Database>().ReadAsync(reader =>
        {
            // Beyond what a look-up may take, before it asks.
            if (runs++ == 0) Thread.Sleep(400);
            return isKept ? reader.Kept(Counting).Scalar() : reader.Db.ExecuteScalar<long>(Counting);
        });

        Assert.Equal(100_000, found);
        if (isKept || !TestEngine.IsPostgres) Assert.Equal(2, runs);
    }
}

/// <summary>A server whose questions must be short.</summary>
public sealed class HurriedApi : TestApi
{
    protected override string Seed => "default";

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Catalogue:DeadlineMilliseconds"] = "50" };
}

public sealed class DeadlineTests(HurriedApi api) : IClassFixture<HurriedApi>
{
    [Fact]
    public async Task A_question_beyond_the_deadline_is_stopped_however_it_is_asked()
    {
        const string Endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 400000000) SELECT count(*) FROM n";
        var database = api.Services.GetRequiredService<Database>();

        await Assert.ThrowsAsync<QueryInterruptedException>(() => database.SearchAsync(reader => reader.Kept(Endless).Scalar()));
        if (!TestEngine.IsPostgres) await Assert.ThrowsAsync<QueryInterruptedException>(() => database.SearchAsync(reader => reader.Db.ExecuteScalar<long>(Endless)));
    }

    [Fact]
    public Task The_check_of_an_operator_takes_as_long_as_it_takes() => api.IsSoundAsync();
}

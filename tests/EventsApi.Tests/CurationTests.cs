using System.Net;
using EventsApi.Access;

namespace EventsApi.Tests;

/// <summary>Adding, correcting and deleting records over HTTP.</summary>
public sealed class CurationTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task A_record_is_added_read_changed_and_deleted_by_its_location()
    {
        using var created = await api.WriteAsync("POST", "/v1/events", new { type = "consult", title = "Border talks resume", date = "2026-02" });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var path = created.Headers.Location!.ToString();
        var tag = created.Headers.ETag!.Tag;
        Assert.StartsWith("\"1-", tag, StringComparison.Ordinal);
        Assert.Equal("Border talks resume", (await api.GetAsync(path)).Text("title"));

        using var changed = await api.WriteAsync("PATCH", path, new { title = "Border talks pause" }, tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Contains("Border talks pause", await api.Client.GetStringAsync("/v1/events?q=pause"), StringComparison.Ordinal);
        await Problems.ReadAsync(await api.WriteAsync("PATCH", path, new { title = "Too late" }, tag), 412);
        await Problems.ReadAsync(await api.WriteAsync("PATCH", path, new { title = "Blind" }), 428);

        using var deleted = await api.WriteAsync("DELETE", path, null, changed.Headers.ETag!.Tag, headers: ("X-Change-Reason", "a hoax"));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Contains("a hoax", (await api.ProblemAsync(path, 410)).Text("detail"), StringComparison.Ordinal);
        Assert.Empty((await api.GetAsync("/v1/events?q=pause")).Each("items"));
    }

    [Fact]
    public async Task Only_an_editor_writes()
    {
        var body = new { label = "Nobody's topic" };
        using var nobody = await api.Client.PostAsync("/v1/topics", new StringContent("""{"label":"Nobody's topic"}""", System.Text.Encoding.UTF8, "application/json"));
        await Problems.ReadAsync(nobody, 401);
        Assert.Equal("Bearer", nobody.Headers.WwwAuthenticate.Single().Scheme);
        await Problems.ReadAsync(await api.WriteAsync("POST", "/v1/topics", body, role: Role.Reader), 403);
        Assert.Equal(HttpStatusCode.Created, (await api.WriteAsync("POST", "/v1/topics", body, role: Role.Admin)).StatusCode);
    }
}

namespace EventsApi.Tests;

/// <summary>The two articles the catalogue began with: every fact of them can be found.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class ArticleTests(DefaultApi api)
{
    [Fact]
    public async Task The_holder_of_a_post_is_inferred_and_said_to_be()
    {
        var meeting = await api.GetAsync("/v1/meetings/E2");

        var host = meeting.GetProperty("participants").EnumerateArray().Single(p => p.GetProperty("post").GetProperty("id").GetString() == "united-kingdom-prime-minister");
        Assert.Equal("keir-starmer", host.GetProperty("actor").GetProperty("id").GetString());
        Assert.Contains("actor", host.GetProperty("inferred").EnumerateArray().Select(i => i.GetString()));
    }
}

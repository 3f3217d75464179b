using System.Net;

namespace EventsApi.Tests;

/// <summary>Swagger UI as the program serves it: nothing from elsewhere, its settings, and the script that makes it quick.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class SwaggerPageTests(DefaultApi api)
{
    [Fact]
    public async Task The_page_loads_only_what_the_program_serves()
    {
        using var page = await api.Client.GetAsync("/swagger/index.html");
        var html = await page.Content.ReadAsStringAsync();

        Assert.Contains("default-src 'none'; script-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        foreach (var address in html.Split('"').Where(part => part.EndsWith(".js", StringComparison.Ordinal) || part.EndsWith(".css", StringComparison.Ordinal) || part.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var part = await api.Client.GetAsync(new Uri(new Uri(api.Client.BaseAddress!, "/swagger/"), address));
            Assert.Equal(HttpStatusCode.OK, part.StatusCode);
            Assert.Equal(api.Client.BaseAddress!.Authority, part.RequestMessage!.RequestUri!.Authority);
        }
        Assert.Contains("/swagger/catalogue.js", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"tryItOutEnabled\":true")]
    [InlineData("\"persistAuthorization\":true")]
    [InlineData("\"requestSnippetsEnabled\":true")]
    [InlineData("\"deepLinking\":true")]
    [InlineData("\"filter\":\"\"")]
    public async Task The_page_is_set_up_for_trying(string setting) => Assert.Contains(setting, await api.Client.GetStringAsync("/swagger/index.js"), StringComparison.Ordinal);
}

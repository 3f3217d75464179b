using System.Globalization;
using EventsApi.Access;
using EventsApi.Storage;

namespace EventsApi.Http;

/// <summary>Which answers may come from a copy of the catalogue, and how new they must be. A write tells in Catalogue-Version what the catalogue is since; a read that sends this back sees it, whichever process and server answers.</summary>
internal sealed class VersionMiddleware(RequestDelegate next, Database database)
{
    public const string Header = "Catalogue-Version";

    public async Task InvokeAsync(HttpContext http)
    {
        // What needs a key of a role writes, or looks at who wrote: that is done where nothing is missing.
        if (http.GetEndpoint()?.Metadata.GetMetadata<Needs>() is null)
        {
            var told = http.Request.Headers[Header].ToString();
            long version = 0;
            if (told != "" && !long.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out version)) throw ProblemException.Parameter(Header, "invalid", $"{Header} is the number that a write answered with.");
            database.ReadFromCopies(version);
        }
        else if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            http.Response.OnStarting(() =>
            {
                if (http.Response.StatusCode < StatusCodes.Status400BadRequest) http.Response.Headers[Header] = database.Version.ToString(CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            });
        await next(http);
    }
}

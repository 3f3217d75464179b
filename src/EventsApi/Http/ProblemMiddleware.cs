using System.Diagnostics;
using System.Text.Json;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Http;

/// <summary>Every failure, wherever it comes from, leaves as a problem document (RFC 9457). What is not ours to explain is a 500 that tells the caller nothing and the log everything.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger, EndpointDataSource endpoints, Database database)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            QueryText.Require(http);
            await next(http);
            // HEAD goes wherever GET does.
            if (http.Response.Headers.Allow.ToString() is { Length: > 0 } allow && allow.Split(", ").Contains("GET") && !allow.Contains("HEAD")) http.Response.Headers.Allow = allow + ", HEAD";
            if (http.Response.StatusCode >= 400 && !http.Response.HasStarted && http.Response.ContentLength is null && http.Response.ContentType is null)
                await WriteAsync(http, ProblemCode.OfStatus(http.Response.StatusCode), Explain(http), null);
        }
        catch (ProblemException problem)
        {
            await WriteAsync(http, problem.Code, problem.Message, problem.Errors);
        }
        catch (BadHttpRequestException bad)
        {
            var code = ProblemCode.OfStatus(bad.StatusCode);
            await WriteAsync(http, code, code.Meaning, code.Status == 400 ? [new ProblemError("unreadable", "The request cannot be read.") { Pointer = (bad.InnerException as JsonException)?.Path }] : null);
        }
        catch (OverloadedException)
        {
            await OverloadedAsync(http, "Too many expensive requests are waiting.");
        }
        catch (QueryInterruptedException) when (!http.RequestAborted.IsCancellationRequested)
        {
            await OverloadedAsync(http, "The query ran into its deadline.");
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left; there is nobody to tell.
        }
        catch (JsonException error) when (HttpMethods.IsGet(http.Request.Method))
        {
            // Nothing was sent that could be unreadable: a record in the file is. It is not remembered as the engine's own word would be, for it may be a fault of ours.
            LogFailure(logger, error, http.Request.Method, http.Request.Path);
            LogStorage(logger, http.Request.Method, http.Request.Path, "A record cannot be read. See what 'check' finds; if the file is damaged, stop the server, then: restore FILE, with the last backup.");
            http.Response.Headers.RetryAfter = "30";
            await WriteAsync(http, ProblemCode.StorageDamaged, ProblemCode.StorageDamaged.Meaning, null);
        }
        catch (Exception error) when (StorageFault.Of(error) is { } fault)
        {
            database.Note(fault);
            LogStorage(logger, http.Request.Method, http.Request.Path, fault.Message);
            http.Response.Headers.RetryAfter = "30";
            var code = fault.Kind switch { StorageFaultKind.Full => ProblemCode.StorageFull, StorageFaultKind.Damaged => ProblemCode.StorageDamaged, _ => ProblemCode.StorageUnavailable };
            await WriteAsync(http, code, fault.Outcome ?? code.Meaning, null);
        }
        catch (Exception error)
        {
            LogFailure(logger, error, http.Request.Method, http.Request.Path);
            await WriteAsync(http, ProblemCode.Internal, ProblemCode.Internal.Meaning, null);
        }
    }

    private static Task OverloadedAsync(HttpContext http, string detail)
    {
        http.Response.Headers.RetryAfter = "2";
        return WriteAsync(http, ProblemCode.Overloaded, detail, null);
    }

    private string Explain(HttpContext http) => http.Response.StatusCode switch
    {
        404 => $"There is no operation at {http.Request.Path}." + (NearestPath(http) is { } near ? $" Did you mean {near}?" : ""),
        405 => $"{http.Request.Method} is not offered at {http.Request.Path}; offered: {http.Response.Headers.Allow}.",
        var status => ProblemCode.OfStatus(status).Meaning,
    };

    private string? NearestPath(HttpContext http)
    {
        var paths = endpoints.Endpoints.OfType<RouteEndpoint>().Select(e => "/" + e.RoutePattern.RawText?.Trim('/')).Where(p => !p.Contains('{')).Distinct().ToArray();
        return Folding.Nearest(http.Request.Path.ToString(), paths);
    }

    private static async Task WriteAsync(HttpContext http, ProblemCode code, string detail, IReadOnlyList<ProblemError>? errors)
    {
        if (http.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            http.Abort();
            return;
        }
        var (retry, allow) = (http.Response.Headers.RetryAfter, http.Response.Headers.Allow);
        foreach (var header in (string[])["ETag", "Last-Modified", "Cache-Control", "Link", "Content-Encoding"]) http.Response.Headers.Remove(header);
        http.Response.Headers.CacheControl = "no-store";
        (http.Response.Headers.RetryAfter, http.Response.Headers.Allow) = (retry, allow);
        http.Response.StatusCode = code.Status;
        http.Response.ContentType = "application/problem+json";
        var problem = new Problem($"{http.Request.Scheme}://{http.Request.Host}/errors/{code.Code}", code.Title, code.Status, detail, http.Request.Path + http.Request.QueryString, Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier) { Errors = errors };
        await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(problem, Json.Options), http.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path}: {Fault}")]
    private static partial void LogStorage(ILogger logger, string method, PathString path, string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailure(ILogger logger, Exception error, string method, PathString path);
}

/// <summary>HEAD is GET without the body: Kestrel leaves it out by itself, only routing has to be told.</summary>
internal sealed class HeadMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (HttpMethods.IsHead(http.Request.Method)) http.Request.Method = HttpMethods.Get;
        return next(http);
    }
}

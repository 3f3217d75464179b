using System.Text.Json.Serialization;

namespace EventsApi.Http;

/// <summary>One thing that is wrong with a request, and what to send instead.</summary>
/// <param name="Code">The rule that is broken, for programs.</param>
/// <param name="Message">The same for people.</param>
public sealed record ProblemError(string Code, string Message)
{
    /// <summary>JSON pointer (RFC 6901) into the body.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Pointer { get; init; }
    /// <summary>The query parameter.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Parameter { get; init; }
    /// <summary>Of a batch: the line, counted from 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? Line { get; init; }
    /// <summary>The legal values, where there are few enough to list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<string>? Allowed { get; init; }
    /// <summary>The legal value most like the one that was sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? DidYouMean { get; init; }
}

/// <summary>A problem document, RFC 9457.</summary>
/// <param name="Type">A URL that explains this kind of problem.</param>
/// <param name="Title">The kind of problem in a few words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong this time, for people to read.</param>
/// <param name="Instance">The path that was asked for.</param>
/// <param name="TraceId">Names the request in the server's log.</param>
public sealed record Problem(string Type, string Title, int Status, string Detail, string Instance, string TraceId)
{
    /// <summary>Each thing that is wrong.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<ProblemError>? Errors { get; init; }
}

/// <summary>The small vocabulary of failure. Everything that can go wrong has one of these codes; the code decides status and page.</summary>
/// <param name="Meaning">A paragraph for the page /errors/{code}.</param>
/// <param name="Remedy">What the caller can do.</param>
public sealed record ProblemCode(string Code, int Status, string Title, string Meaning, string Remedy)
{
    public static readonly ProblemCode
        InvalidRequest = new("invalid-request", 400, "The request cannot be read",
            "Something in the query string, the headers or the body is not of the form that the operation takes. Nothing was done. Each entry of errors names the parameter or the place in the body, "
            + "the legal values where they can be listed, and the one most like what was sent.",
            "Correct what errors names and send the request again."),
        Unauthorized = new("unauthorized", 401, "A key is needed", "The operation needs a key and the request had none, or one that is not known, expired or revoked.", "Send Authorization: Bearer <key>."),
        Forbidden = new("forbidden", 403, "The key may not do this", "The key is known, but its role does not include the operation.", "Use a key with a larger role."),
        NotFound = new("not-found", 404, "There is nothing here", "No record has this id, or no operation has this path.", "Check the id and the path; detail names the nearest one when there is one. The lists show what exists."),
        MethodNotAllowed = new("method-not-allowed", 405, "This method is not offered here", "The path exists, but not for this HTTP method. The Allow header names those it takes.", "Use a method that Allow names."),
        NotAcceptable = new("not-acceptable", 406, "This form is not offered here", "The resource cannot be given in any of the media types of the Accept header, or not in the format asked for.", "Ask for application/json, or leave Accept out."),
        Conflict = new("conflict", 409, "Something stands in the way", "The request is legal, but not with the catalogue as it is: an id is taken, a record is still referred to, or the same request is running. Nothing was done.", "Read detail, change what stands in the way, and send the request again."),
        Gone = new("gone", 410, "The record was deleted", "The record existed and was deleted. Its id is not used again. detail gives the reason that was noted.", "Remove your reference to it."),
        PreconditionFailed = new("precondition-failed", 412, "The record has changed", "The If-Match header names a revision that is not the record's latest: somebody else has written since you read it. Nothing was done.", "Read the record again, apply your change to what stands there now, and send its ETag in If-Match."),
        TooLarge = new("content-too-large", 413, "The body is too large", "The body of the request is larger than the server takes.", "Send less at once."),
        UnsupportedMediaType = new("unsupported-media-type", 415, "This media type is not taken here", "The Content-Type of the body is none that the operation reads.", "Send application/json."),
        RangeNotSatisfiable = new("range-not-satisfiable", 416, "The file has no such range", "The Range header asks for bytes beyond the end of the file. Content-Range says how long it is.", "Ask for a range within the file, or for all of it."),
        BrokenRules = new("broken-rules", 422, "The request breaks a rule", "The body was read, but its content breaks rules of the catalogue. Nothing was written. Each entry of errors gives the place and what to send instead.", "Correct what errors names."),
        PreconditionRequired = new("precondition-required", 428, "If-Match is needed", "A change of a record must say which state of it was read, so that two people do not overwrite each other. Nothing was done.", "Send the ETag of the record, as you read it, in an If-Match header."),
        TooManyRequests = new("too-many-requests", 429, "Slow down", "This key or address has used up its quota, or has sent too many keys that are not known.", "Wait for the seconds in Retry-After."),
        Internal = new("internal-error", 500, "Something failed here", "The fault is the server's. Nothing that was acknowledged is lost.", "Try again; if it stays, tell the operator the traceId."),
        Overloaded = new("overloaded", 503, "The server is busy", "Too many expensive requests are waiting, or one ran into its deadline. Cheap requests are still answered.", "Wait for the seconds in Retry-After, narrow the filters, or ask without total=exact."),
        StorageFull = new("storage-full", 507, "The server's disk is full", "The catalogue cannot take anything up until its operator has made space. Nothing was written. Reading goes on.", "Wait for the seconds in Retry-After and send the request again; tell the operator if it stays."),
        StorageUnavailable = new("storage-unavailable", 503, "The server's disk fails", "The catalogue's file could not be read or written. What was to be written was not acknowledged, and most likely is not there. Reading goes on as far as it can.",
            "Wait for the seconds in Retry-After and send the request again, with the same Idempotency-Key if it had one; tell the operator if it stays."),
        StorageDamaged = new("storage-damaged", 503, "The catalogue is damaged here", "The part of the catalogue's file that the request needs is damaged. Other parts are still answered. Only the operator can mend it, from a backup.", "Tell the operator the traceId.");

    public static readonly ProblemCode[] All = [InvalidRequest, Unauthorized, Forbidden, NotFound, MethodNotAllowed, NotAcceptable, Conflict, Gone, PreconditionFailed, TooLarge, UnsupportedMediaType, RangeNotSatisfiable, BrokenRules, PreconditionRequired, TooManyRequests, Internal, Overloaded, StorageFull, StorageUnavailable, StorageDamaged];

    public static ProblemCode OfStatus(int status) => Array.Find(All, p => p.Status == status) ?? (status >= 500 ? Internal : InvalidRequest);
}

/// <summary>Ends a request with a problem document.</summary>
public sealed class ProblemException(ProblemCode code, string detail, IReadOnlyList<ProblemError>? errors = null) : Exception(detail)
{
    public ProblemCode Code => code;
    public IReadOnlyList<ProblemError>? Errors => errors;

    public static ProblemException Parameter(string parameter, string code, string message, IReadOnlyList<string>? allowed = null, string? didYouMean = null) =>
        new(ProblemCode.InvalidRequest, message, [new ProblemError(code, message) { Parameter = parameter, Allowed = allowed, DidYouMean = didYouMean }]);

    public static ProblemException Rule(string pointer, string code, string message, IReadOnlyList<string>? allowed = null, string? didYouMean = null) =>
        new(ProblemCode.BrokenRules, message, [new ProblemError(code, message) { Pointer = pointer, Allowed = allowed, DidYouMean = didYouMean }]);
}

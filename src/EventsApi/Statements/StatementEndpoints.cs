using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;

namespace EventsApi.Statements;

internal static class StatementEndpoints
{
    public static void MapStatements(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/statements", ListStatements).WithName(nameof(ListStatements)).Lists(StatementFilters.Statements, "Who said what", "Speakers' words, a meeting's consensus, an author's assertions; `basis` says whose voice it is, how sure, and in which paragraph.",
            new("Javier Colomina in Kuwait", "/v1/statements?speaker=javier-colomina&event=E1"), new("What is quoted word for word", "/v1/statements?form=quote"));
        routes.MapGet("/statements/{id}", GetStatement).WithName(nameof(GetStatement)).Gives(StatementFilters.Statements, "One statement", "With its basis.",
            new("From the Kuwait meeting", "/v1/statements/S17"), new("Text and basis only", "/v1/statements/S19?fields=text,basis"));
        routes.MapGet("/claims", ListClaims).WithName(nameof(ListClaims)).Lists(StatementFilters.Claims, "Values on which sources differ", "Each with its source; one of them is preferred and stands in the record.",
            new("When Kuwait joined the Istanbul Cooperation Initiative", "/v1/claims?record=membership:M133"), new("Claims about the Kuwait meeting", "/v1/claims?record=event:E1"));
        routes.MapGet("/claims/{id}", GetClaim).WithName(nameof(GetClaim)).Gives(StatementFilters.Claims, "One claim", "A value, its source and how sure it is.", new("On the date of the Kuwait meeting", "/v1/claims/C1"), new("On Kuwait's joining", "/v1/claims/C100"));
    }

    private static Task ListStatements(HttpContext http, Lists lists) => lists.AnswerAsync(http, StatementFilters.Statements);

    private static Task GetStatement(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, StatementFilters.Statements, id);

    private static Task ListClaims(HttpContext http, Lists lists) => lists.AnswerAsync(http, StatementFilters.Claims);

    private static Task GetClaim(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, StatementFilters.Claims, id);
}

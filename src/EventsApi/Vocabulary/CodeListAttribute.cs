namespace EventsApi.Vocabulary;

/// <summary>The member takes its values from this closed list (an id of /v1/codes); the OpenAPI document shows it as an enum.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CodeListAttribute(string id) : Attribute
{
    public string[] Values => Words.Lists.First(l => l.Id == id).Values;
}

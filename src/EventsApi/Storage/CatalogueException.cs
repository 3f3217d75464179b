namespace EventsApi.Storage;

/// <summary>The catalogue cannot be opened or used; the message is one line that says what to do.</summary>
public class CatalogueException(string message) : Exception(message);

/// <summary>Another process has the catalogue open.</summary>
public sealed class CatalogueInUseException(string message) : CatalogueException(message);

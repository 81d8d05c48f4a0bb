namespace Marketplace.Client.Catalog;

/// <summary>The catalog's file is damaged, or was written by a later version of the program.</summary>
public sealed class CatalogUnusableException(string message, Exception? inner = null) : Exception(message, inner);

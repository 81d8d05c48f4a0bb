using System.CommandLine;
using Marketplace.Cli.Terminal;
using Marketplace.Client;
using Marketplace.Client.Catalog;

namespace Marketplace.Cli.Commands;

/// <summary>Objects as the command line names them: exact strings, never paths.</summary>
internal static class ObjectArguments
{
    /// <summary>The longest part of a name that is shown in messages.</summary>
    const int ShownLength = 80;

    /// <summary>An object's name; after <c>--</c> it may begin with a hyphen.</summary>
    public static Argument<string> Name() => new("name") { Description = "The object's exact name. Put -- before a name that begins with a hyphen.", HelpName = "NAME" };

    /// <exception cref="CommandRefusal">No object can have this name.</exception>
    public static ObjectName Parse(string text) =>
        ObjectName.TryCreate(text, out var name, out var problem) ? name : throw new CommandRefusal("name-invalid", problem);

    /// <summary>The object's live version.</summary>
    /// <exception cref="CommandRefusal">not-found.</exception>
    public static StoredVersion FindVersion(this MarketplaceClient client, ObjectName name) => client.Find(name) ?? throw NotFound(name);

    public static CommandRefusal NotFound(ObjectName name) => new("not-found", $"There is no object '{Shown(name)}'; see `marketplace ls`.");

    /// <summary>The name for people.</summary>
    public static string Shown(ObjectName name) => Printable.Escape(name.Value, ShownLength);
}

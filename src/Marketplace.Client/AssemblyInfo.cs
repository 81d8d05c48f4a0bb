using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Marketplace.Client.Tests")]

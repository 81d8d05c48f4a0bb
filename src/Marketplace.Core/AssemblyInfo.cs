using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Marketplace.Core.Tests")]

namespace System.Runtime.CompilerServices;

/// <summary>What the compiler asks for to let records be initialised; .NET Standard 2.0 lacks it.</summary>
static class IsExternalInit;

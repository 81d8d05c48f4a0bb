using System.Reflection;
using MediatR;

namespace Marketplace.Application.Pipeline;

/// <summary>Brings requests to their handlers. Handlers are made for each request from the services that are given here, by the types of their constructor.</summary>
public static class UseCases
{
    static readonly Dictionary<Type, Type> Handlers = typeof(UseCases).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false })
        .SelectMany(type => type.GetInterfaces().Where(IsHandler).Select(contract => (contract, type)))
        .ToDictionary(pair => pair.contract, pair => pair.type);

    /// <summary>A mediator over all use cases.</summary>
    /// <param name="services">What handlers need, each found by its own type or an interface of it. They stay the caller's.</param>
    public static IMediator Over(params IReadOnlyList<object> services) => new Mediator(wanted => Resolve(wanted, services));

    static object Resolve(Type wanted, IReadOnlyList<object> services)
    {
        if (Handlers.TryGetValue(wanted, out var handler))
            return Make(handler, services);
        // Pipelines are asked for as lists; there are none.
        if (wanted.IsGenericType && wanted.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            return Array.CreateInstance(wanted.GetGenericArguments()[0], 0);
        return Find(wanted, services) ?? throw new InvalidOperationException($"No handler or service of type {wanted} is registered.");
    }

    static object Make(Type handler, IReadOnlyList<object> services)
    {
        var constructor = handler.GetConstructors(BindingFlags.Instance | BindingFlags.Public).Single();
        var arguments = constructor.GetParameters().Select(parameter =>
            Find(parameter.ParameterType, services)
            ?? throw new InvalidOperationException($"{handler.Name} needs a {parameter.ParameterType.Name}, which was not given."));
        return constructor.Invoke([.. arguments]);
    }

    static object? Find(Type wanted, IReadOnlyList<object> services) => services.FirstOrDefault(wanted.IsInstanceOfType);

    static bool IsHandler(Type contract) => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IRequestHandler<,>);
}

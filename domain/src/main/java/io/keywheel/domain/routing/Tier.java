package io.keywheel.domain.routing;

import java.util.LinkedHashSet;
import java.util.List;

/// A step of a [Route]: members that take turns.
///
/// @param members at least one; what is named twice counts once
public record Tier(List<Member> members) {

    /// What takes turns in a tier. A route in a tier of another one has a single turn for all its targets.
    public sealed interface Member permits RouteTarget, EveryProvider, Route {}

    /// The default model of each provider, of those that there are when a key is chosen.
    public record EveryProvider() implements Member {}

    public Tier {
        members = List.copyOf(new LinkedHashSet<>(members));
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a tier needs a member");
        }
    }
}

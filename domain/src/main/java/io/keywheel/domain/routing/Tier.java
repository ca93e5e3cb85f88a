package io.keywheel.domain.routing;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/// A step of a [Route]: members that take turns.
///
/// @param members at least one; duplicates are dropped
public record Tier(List<Member> members) {

    /// A member of a tier. A nested route has a single turn for all its targets.
    public sealed interface Member permits RouteTarget, EveryProvider, Route {}

    /// The default model of each provider that exists when a key is chosen.
    public record EveryProvider() implements Member {
        @Override
        public String toString() {
            return VirtualModels.AUTO;
        }
    }

    public Tier {
        members = List.copyOf(new LinkedHashSet<>(members));
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a tier needs a member");
        }
    }

    /// As in the settings, with nested routes in brackets.
    @Override
    public String toString() {
        return members.stream()
                .map(member -> member instanceof Route route ? "(" + route + ")" : member.toString())
                .collect(Collectors.joining(" | "));
    }
}

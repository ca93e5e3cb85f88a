package io.keywheel.bootstrap.settings;

import io.keywheel.domain.routing.NearestNames;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds misspelt variables, which would have no effect.
final class UnknownVariables {

    private static final String OURS = "KEYWHEEL_";

    private final Set<String> known;
    private final List<String> providerPrefixes;

    /// @param known every name that is a setting
    UnknownVariables(Set<String> known) {
        this.known = Set.copyOf(known);
        providerPrefixes = known.stream()
                .map(ProviderVariables::ofKeys)
                .flatMap(Optional::stream)
                .map(ProviderVariables::prefix)
                .toList();
    }

    /// Warns of those among `names`. Any name that begins with ours is meant for us; one that begins with a
    /// provider's may belong to another program, and is only mentioned if it looks like a setting.
    void look(Collection<String> names, ValidationMessages messages) {
        for (String name : names) {
            if (known.contains(name)) {
                continue;
            }
            if (name.startsWith(OURS)) {
                messages.warning(name + " is not a setting" + didYouMean(nearest(name, OURS)));
            }
            for (String prefix : providerPrefixes) {
                Optional<String> meant = nearest(name, prefix);
                if (meant.isPresent()) {
                    messages.warning(name + " is not a setting" + didYouMean(meant));
                }
            }
        }
    }

    /// The prefix is not compared: what it has in common with every other name says nothing.
    private Optional<String> nearest(String name, String prefix) {
        if (!name.startsWith(prefix)) {
            return Optional.empty();
        }
        var endings = known.stream()
                .filter(other -> other.startsWith(prefix))
                .map(other -> other.substring(prefix.length()))
                .toList();
        return NearestNames.nearest(name.substring(prefix.length()), endings, 1).stream()
                .map(ending -> prefix + ending)
                .findFirst();
    }

    private static String didYouMean(Optional<String> meant) {
        return meant.map(name -> "; did you mean " + name + "?").orElse("");
    }
}

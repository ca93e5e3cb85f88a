package io.keywheel.domain.routing;

import java.util.Collection;
import java.util.stream.Collectors;

/// Bounds the names in a message, whose number clients, providers or settings choose.
public final class NameList {

    private static final int MOST = 10;

    private NameList() {}

    /// The first ten names, and the number of the others: `a, b, …, j and 3 more`.
    public static String joined(Collection<?> names) {
        String first = names.stream().limit(MOST).map(String::valueOf).collect(Collectors.joining(", "));
        return names.size() <= MOST ? first : first + " and " + (names.size() - MOST) + " more";
    }
}

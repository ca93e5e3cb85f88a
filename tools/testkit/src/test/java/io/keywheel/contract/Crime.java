package io.keywheel.contract;

import org.jspecify.annotations.Nullable;

/// What an adapter does wrong: one thing, or nothing.
record Crime(@Nullable Fault fault) {

    boolean is(Fault other) {
        return fault == other;
    }
}

package io.keywheel.experiments.rotation;

import io.keywheel.experiments.world.Pool;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One situation that every rule is put into.
///
/// @param name of its figures and pictures
/// @param title in words
/// @param time for how long requests come in
/// @param patience how long a client keeps coming back when it is refused, and how long a rule may make it wait
/// @param recovery what is worth looking at, where something comes back
record Scenario(
        String name,
        String title,
        Supplier<Pool> pool,
        Load load,
        Duration time,
        Duration patience,
        Pace pace,
        @Nullable Recovery recovery) {

    /// At the usual pace.
    Scenario(
            String name,
            String title,
            Supplier<Pool> pool,
            Load load,
            Duration time,
            Duration patience,
            @Nullable Recovery recovery) {
        this(name, title, pool, load, time, patience, Pace.USUAL, recovery);
    }

    /// The same with requests coming in for another time.
    Scenario lasting(Duration other) {
        return new Scenario(name, title, pool, load, other, patience, pace, recovery);
    }

    /// The same with providers of another pace.
    Scenario at(Pace other) {
        return new Scenario(name, title, pool, load, time, patience, other, recovery);
    }

    @Override
    public String toString() {
        return name;
    }

    /// Something that did not work and works again.
    ///
    /// @param provider whose it is
    /// @param place the key that comes back; 0 for all of the provider's
    /// @param goneAt how long after the start it went
    /// @param backAt how long after the start it is back
    record Recovery(String provider, int place, Duration goneAt, Duration backAt) {}
}

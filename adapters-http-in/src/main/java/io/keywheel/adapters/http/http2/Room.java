package io.keywheel.adapters.http.http2;

import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Places for the streams of all connections. Safe for use by several threads.
final class Room {

    private final Semaphore all;

    /// Who shows no token gets an answer, too, but a quarter of the places must do: the others stay for clients
    /// that may ask for more.
    private final Semaphore strangers;

    private final Predicate<String> isKnown;

    /// @param places how many there are
    /// @param isKnown whether a client may come in that shows this `authorization`
    Room(int places, Predicate<String> isKnown) {
        this.all = new Semaphore(places);
        this.strangers = new Semaphore(Math.max(1, places / 4));
        this.isKnown = isKnown;
    }

    /// A stream's place, to be closed once.
    final class Place implements AutoCloseable {

        private final boolean isStrangers;

        private Place(boolean isStrangers) {
            this.isStrangers = isStrangers;
        }

        @Override
        public void close() {
            all.release();
            if (isStrangers) {
                strangers.release();
            }
        }
    }

    /// A place; null where there is none.
    ///
    /// @param authorization as the client shows it; empty for none
    @Nullable
    Place take(String authorization) {
        boolean isStrangers = !isKnown.test(authorization);
        if (isStrangers && !strangers.tryAcquire()) {
            return null;
        }
        if (!all.tryAcquire()) {
            if (isStrangers) {
                strangers.release();
            }
            return null;
        }
        return new Place(isStrangers);
    }
}

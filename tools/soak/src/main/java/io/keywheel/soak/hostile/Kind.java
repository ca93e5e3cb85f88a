package io.keywheel.soak.hostile;

import java.time.Duration;

/// The kinds of hostile clients.
enum Kind {
    /// They have no token or a wrong one, and send 8 MiB whatever the answer is.
    STRANGER(1, 10, Duration.ofMillis(100), Deeds::sendOnWithoutToken),
    /// They connect and send nothing, half a head, or a byte a second: more than a small heap has connections for.
    SILENT(2, 3_300, Duration.ofSeconds(1), Deeds::fallSilent),
    /// They ask for 2^31-1 tokens and leave after the first content, or amid their own request.
    LEAVER(3, 2, Duration.ofMillis(500), Deeds::leave),
    /// They ask for models that do not exist, each for another.
    GUESSER(4, 2, Duration.ofMillis(50), Deeds::guessModel),
    /// Web pages of another site: they refresh the model list, watch events and chat.
    FOREIGN_PAGE(5, 20, Duration.ofMillis(500), Deeds::callFromForeignPage),
    /// They send empty WebSocket continuation frames without end.
    FRAMER(6, 2, Duration.ofMillis(500), Deeds::sendEmptyFrames);

    /// The last byte of the loopback address that all of this kind share, so that a share for each peer shows.
    final int address;

    /// How many act at once.
    final int clients;

    /// Between two deeds of one client.
    final Duration pause;

    @SuppressWarnings("ImmutableEnumChecker") // Method references without state.
    final Deed deed;

    Kind(int address, int clients, Duration pause, Deed deed) {
        this.address = address;
        this.clients = clients;
        this.pause = pause;
        this.deed = deed;
    }
}

package io.keywheel.bootstrap.log;

import java.util.Arrays;
import java.util.logging.Level;

/// How the log is written, and how much of it.
public record LogSettings(Style style, Detail detail) {

    public static final LogSettings DEFAULT = new LogSettings(Style.TEXT, Detail.INFO);

    /// What a line looks like.
    public enum Style {
        /// For people.
        TEXT,
        /// For programs: one JSON object a line.
        JSON
    }

    /// The levels of the log, and the lowest that is written.
    public enum Detail {
        ERROR(Level.SEVERE),
        WARN(Level.WARNING),
        INFO(Level.INFO),
        /// Every attempt, too.
        DEBUG(Level.FINE);

        private final Level level;

        Detail(Level level) {
            this.level = level;
        }

        Level level() {
            return level;
        }

        /// The highest that `level` reaches.
        static Detail of(Level level) {
            return Arrays.stream(values())
                    .filter(detail -> level.intValue() >= detail.level.intValue())
                    .findFirst()
                    .orElse(DEBUG);
        }
    }
}

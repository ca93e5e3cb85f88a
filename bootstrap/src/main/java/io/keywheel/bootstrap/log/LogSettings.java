package io.keywheel.bootstrap.log;

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

    /// The least that is written.
    public enum Detail {
        ERROR,
        WARN,
        INFO,
        /// Every attempt, too.
        DEBUG
    }
}

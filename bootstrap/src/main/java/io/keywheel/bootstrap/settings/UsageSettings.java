package io.keywheel.bootstrap.settings;

import java.nio.file.Path;
import java.util.Optional;

/// What is kept of usage, and where.
///
/// @param directory empty: in memory
/// @param days how many, with today
public record UsageSettings(Optional<Path> directory, int days) {}

package io.keywheel.bootstrap.settings;

import java.nio.file.Path;
import java.util.Optional;

/// Where usage is stored, and for how long.
///
/// @param directory empty if usage is only in memory
/// @param days how many days are kept, including today
public record UsageSettings(Optional<Path> directory, int days) {}

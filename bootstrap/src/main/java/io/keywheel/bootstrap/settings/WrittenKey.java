package io.keywheel.bootstrap.settings;

import io.keywheel.application.port.out.ApiKey;
import java.util.Optional;

/// A key as an operator wrote it.
///
/// @param group the quota group it was put into; empty where it is a group of its own
record WrittenKey(ApiKey key, Optional<String> group) {}

/// The settings: read from the environment and from `.env`, and validated together.
///
/// No problem, warning, notice or `toString` of this package contains a value: any value may be a
/// misplaced secret.
@NullMarked
package io.keywheel.bootstrap.settings;

import org.jspecify.annotations.NullMarked;

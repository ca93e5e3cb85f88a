/// Tests of the launcher script in different checkouts and environments.
@NullMarked
package io.keywheel.bootstrap.launcher;

import org.jspecify.annotations.NullMarked;

/// The script that users start, in checkouts and surroundings of their kinds.
@NullMarked
package io.keywheel.bootstrap.launcher;

import org.jspecify.annotations.NullMarked;

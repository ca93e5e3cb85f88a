@NullMarked
package io.keywheel.bootstrap.launcher;

import org.jspecify.annotations.NullMarked;

/// The program's main class.
@NullMarked
package io.keywheel.bootstrap;

import org.jspecify.annotations.NullMarked;

/// Programs in separate processes, and their resources.
@NullMarked
package io.keywheel.process;

import org.jspecify.annotations.NullMarked;

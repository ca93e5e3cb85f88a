@NullMarked
package io.keywheel.process;

import org.jspecify.annotations.NullMarked;

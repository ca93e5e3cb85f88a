@NullMarked
package io.keywheel.bootstrap.architecture;

import org.jspecify.annotations.NullMarked;

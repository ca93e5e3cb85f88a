@NullMarked
package io.keywheel.bootstrap.log;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.keywheel.bootstrap.settings;

import org.jspecify.annotations.NullMarked;

import { render } from 'preact';
import './tokens.css';
import './base.css';
import './lists.css';
import './controls/controls.css';
import './frame/frame.css';
import './charts/charts.css';
import { startSession } from './api/session.ts';
import { startKeyboard } from './controls/keyboard.ts';
import { startClock } from './format/clock.ts';
import { startFrame } from './frame/start-frame.ts';
import { Frame } from './frame/frame.tsx';
import { startTheme } from './frame/theme.ts';
import { startRouter } from './router/router.ts';

startTheme();
startClock();
startRouter();
startKeyboard();
startSession();
startFrame();

const root = document.getElementById('app');
if (root === null) throw new Error('the document has no #app');
render(<Frame />, root);

import { mainClient } from '../client/main-client';
import { connectEngine } from '../client/port-transport';
import { mountApp } from './mount';

const element = document.querySelector('#app');
const bridge = window.skysift;
if (!element || !bridge) throw new Error('this page belongs into the window of Skysift: start it with npm start');
mountApp(element, { main: mainClient(bridge), connectEngine: () => connectEngine(bridge), tokensOf: (files) => files.map((f) => bridge.tokenOf(f)) });

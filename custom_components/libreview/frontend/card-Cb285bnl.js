import{isGlucose as e,known as t,personOf as n,shownOf as r}from"./person-DlYrpjyH.js";import{n as i,r as a,t as o}from"./texts-C59gv_Zw.js";var s=Object.defineProperty,c=(e,t)=>{let n={};for(var r in e)s(n,r,{get:e[r],enumerable:!0});return t||s(n,Symbol.toStringTag,{value:`Module`}),n},l=globalThis,u=l.ShadowRoot&&(l.ShadyCSS===void 0||l.ShadyCSS.nativeShadow)&&`adoptedStyleSheets`in Document.prototype&&`replace`in CSSStyleSheet.prototype,d=Symbol(),f=/* @__PURE__ */ new WeakMap,p=class{constructor(e,t,n){if(this._$cssResult$=!0,n!==d)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,t=this.t;if(u&&e===void 0){let n=t!==void 0&&t.length===1;n&&(e=f.get(t)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),n&&f.set(t,e))}return e}toString(){return this.cssText}},m=e=>new p(typeof e==`string`?e:e+``,void 0,d),h=(e,...t)=>new p(e.length===1?e[0]:t.reduce((t,n,r)=>t+(e=>{if(!0===e._$cssResult$)return e.cssText;if(typeof e==`number`)return e;throw Error(`Value passed to 'css' function must be a 'css' function result: `+e+`. Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.`)})(n)+e[r+1],e[0]),e,d),g=(e,t)=>{if(u)e.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let n of t){let t=document.createElement(`style`),r=l.litNonce;r!==void 0&&t.setAttribute(`nonce`,r),t.textContent=n.cssText,e.appendChild(t)}},ee=u?e=>e:e=>e instanceof CSSStyleSheet?(e=>{let t=``;for(let n of e.cssRules)t+=n.cssText;return m(t)})(e):e,{is:te,defineProperty:ne,getOwnPropertyDescriptor:re,getOwnPropertyNames:ie,getOwnPropertySymbols:ae,getPrototypeOf:oe}=Object,_=globalThis,v=_.trustedTypes,se=v?v.emptyScript:``,ce=_.reactiveElementPolyfillSupport,y=(e,t)=>e,b={toAttribute(e,t){switch(t){case Boolean:e=e?se:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let n=e;switch(t){case Boolean:n=e!==null;break;case Number:n=e===null?null:Number(e);break;case Object:case Array:try{n=JSON.parse(e)}catch{n=null}}return n}},le=(e,t)=>!te(e,t),ue={attribute:!0,type:String,converter:b,reflect:!1,useDefault:!1,hasChanged:le};Symbol.metadata??=Symbol(`metadata`),_.litPropertyMetadata??=/* @__PURE__ */ new WeakMap;var x=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=ue){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let n=Symbol(),r=this.getPropertyDescriptor(e,n,t);r!==void 0&&ne(this.prototype,e,r)}}static getPropertyDescriptor(e,t,n){let{get:r,set:i}=re(this.prototype,e)??{get(){return this[t]},set(e){this[t]=e}};return{get:r,set(t){let a=r?.call(this);i?.call(this,t),this.requestUpdate(e,a,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??ue}static _$Ei(){if(this.hasOwnProperty(y(`elementProperties`)))return;let e=oe(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(y(`finalized`)))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(y(`properties`))){let e=this.properties,t=[...ie(e),...ae(e)];for(let n of t)this.createProperty(n,e[n])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[e,n]of t)this.elementProperties.set(e,n)}this._$Eh=/* @__PURE__ */ new Map;for(let[e,t]of this.elementProperties){let n=this._$Eu(e,t);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let e of n)t.unshift(ee(e))}else e!==void 0&&t.push(ee(e));return t}static _$Eu(e,t){let n=t.attribute;return!1===n?void 0:typeof n==`string`?n:typeof e==`string`?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=/* @__PURE__ */ new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=/* @__PURE__ */ new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=/* @__PURE__ */ new Map,t=this.constructor.elementProperties;for(let n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return g(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){let n=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,n);if(r!==void 0&&!0===n.reflect){let i=(n.converter?.toAttribute===void 0?b:n.converter).toAttribute(t,n.type);this._$Em=e,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(e,t){let n=this.constructor,r=n._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let e=n.getPropertyOptions(r),i=typeof e.converter==`function`?{fromAttribute:e.converter}:e.converter?.fromAttribute===void 0?b:e.converter;this._$Em=r;let a=i.fromAttribute(t,e.type);this[r]=a??this._$Ej?.get(r)??a,this._$Em=null}}requestUpdate(e,t,n,r=!1,i){if(e!==void 0){let a=this.constructor;if(!1===r&&(i=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??le)(i,t)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}!1===this.isUpdatePending&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:r,wrapped:i},a){n&&!(this._$Ej??=/* @__PURE__ */ new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),!0!==i||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),!0===r&&this._$Em!==e&&(this._$Eq??=/* @__PURE__ */ new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,t]of this._$Ep)this[e]=t;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[t,n]of e){let{wrapped:e}=n,r=this[t];!0!==e||this._$AL.has(t)||r===void 0||this.C(t,void 0,n,r)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(t)):this._$EM()}catch(t){throw e=!1,this._$EM(),t}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=/* @__PURE__ */ new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(e){}firstUpdated(e){}};x.elementStyles=[],x.shadowRootOptions={mode:`open`},x[y(`elementProperties`)]=/* @__PURE__ */ new Map,x[y(`finalized`)]=/* @__PURE__ */ new Map,ce?.({ReactiveElement:x}),(_.reactiveElementVersions??=[]).push(`2.1.2`);var S=globalThis,de=e=>e,C=S.trustedTypes,fe=C?C.createPolicy(`lit-html`,{createHTML:e=>e}):void 0,w=`$lit$`,T=`lit$${Math.random().toFixed(9).slice(2)}$`,pe=`?`+T,me=`<${pe}>`,E=document,D=()=>E.createComment(``),O=e=>e===null||typeof e!=`object`&&typeof e!=`function`,k=Array.isArray,he=e=>k(e)||typeof e?.[Symbol.iterator]==`function`,A=`[ 	
\f\r]`,j=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,ge=/-->/g,M=/>/g,N=RegExp(`>|${A}(?:([^\\s"'>=/]+)(${A}*=${A}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`,`g`),P=/'/g,F=/"/g,_e=/^(?:script|style|textarea|title)$/i,I=(e=>(t,...n)=>({_$litType$:e,strings:t,values:n}))(1),L=Symbol.for(`lit-noChange`),R=Symbol.for(`lit-nothing`),ve=/* @__PURE__ */ new WeakMap,z=E.createTreeWalker(E,129);function ye(e,t){if(!k(e)||!e.hasOwnProperty(`raw`))throw Error(`invalid template strings array`);return fe===void 0?t:fe.createHTML(t)}var be=(e,t)=>{let n=e.length-1,r=[],i,a=t===2?`<svg>`:t===3?`<math>`:``,o=j;for(let t=0;t<n;t++){let n=e[t],s,c,l=-1,u=0;for(;u<n.length&&(o.lastIndex=u,c=o.exec(n),c!==null);)u=o.lastIndex,o===j?c[1]===`!--`?o=ge:c[1]===void 0?c[2]===void 0?c[3]!==void 0&&(o=N):(_e.test(c[2])&&(i=RegExp(`</`+c[2],`g`)),o=N):o=M:o===N?c[0]===`>`?(o=i??j,l=-1):c[1]===void 0?l=-2:(l=o.lastIndex-c[2].length,s=c[1],o=c[3]===void 0?N:c[3]===`"`?F:P):o===F||o===P?o=N:o===ge||o===M?o=j:(o=N,i=void 0);let d=o===N&&e[t+1].startsWith(`/>`)?` `:``;a+=o===j?n+me:l>=0?(r.push(s),n.slice(0,l)+w+n.slice(l)+T+d):n+T+(l===-2?t:d)}return[ye(e,a+(e[n]||`<?>`)+(t===2?`</svg>`:t===3?`</math>`:``)),r]},B=class e{constructor({strings:t,_$litType$:n},r){let i;this.parts=[];let a=0,o=0,s=t.length-1,c=this.parts,[l,u]=be(t,n);if(this.el=e.createElement(l,r),z.currentNode=this.el.content,n===2||n===3){let e=this.el.content.firstChild;e.replaceWith(...e.childNodes)}for(;(i=z.nextNode())!==null&&c.length<s;){if(i.nodeType===1){if(i.hasAttributes())for(let e of i.getAttributeNames())if(e.endsWith(w)){let t=u[o++],n=i.getAttribute(e).split(T),r=/([.?@])?(.*)/.exec(t);c.push({type:1,index:a,name:r[2],strings:n,ctor:r[1]===`.`?Se:r[1]===`?`?Ce:r[1]===`@`?we:U}),i.removeAttribute(e)}else e.startsWith(T)&&(c.push({type:6,index:a}),i.removeAttribute(e));if(_e.test(i.tagName)){let e=i.textContent.split(T),t=e.length-1;if(t>0){i.textContent=C?C.emptyScript:``;for(let n=0;n<t;n++)i.append(e[n],D()),z.nextNode(),c.push({type:2,index:++a});i.append(e[t],D())}}}else if(i.nodeType===8){if(i.data===pe)c.push({type:2,index:a});else{let e=-1;for(;(e=i.data.indexOf(T,e+1))!==-1;)c.push({type:7,index:a}),e+=T.length-1}}a++}}static createElement(e,t){let n=E.createElement(`template`);return n.innerHTML=e,n}};function V(e,t,n=e,r){if(t===L)return t;let i=r===void 0?n._$Cl:n._$Co?.[r],a=O(t)?void 0:t._$litDirective$;return i?.constructor!==a&&(i?._$AO?.(!1),a===void 0?i=void 0:(i=new a(e),i._$AT(e,n,r)),r===void 0?n._$Cl=i:(n._$Co??=[])[r]=i),i!==void 0&&(t=V(e,i._$AS(e,t.values),i,r)),t}var xe=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:n}=this._$AD,r=(e?.creationScope??E).importNode(t,!0);z.currentNode=r;let i=z.nextNode(),a=0,o=0,s=n[0];for(;s!==void 0;){if(a===s.index){let t;s.type===2?t=new H(i,i.nextSibling,this,e):s.type===1?t=new s.ctor(i,s.name,s.strings,this,e):s.type===6&&(t=new Te(i,this,e)),this._$AV.push(t),s=n[++o]}a!==s?.index&&(i=z.nextNode(),a++)}return z.currentNode=E,r}p(e){let t=0;for(let n of this._$AV)n!==void 0&&(n.strings===void 0?n._$AI(e[t]):(n._$AI(e,n,t),t+=n.strings.length-2)),t++}},H=class e{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,r){this.type=2,this._$AH=R,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=V(this,e,t),O(e)?e===R||e==null||e===``?(this._$AH!==R&&this._$AR(),this._$AH=R):e!==this._$AH&&e!==L&&this._(e):e._$litType$===void 0?e.nodeType===void 0?he(e)?this.k(e):this._(e):this.T(e):this.$(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==R&&O(this._$AH)?this._$AA.nextSibling.data=e:this.T(E.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:n}=e,r=typeof n==`number`?this._$AC(e):(n.el===void 0&&(n.el=B.createElement(ye(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===r)this._$AH.p(t);else{let e=new xe(r,this),n=e.u(this.options);e.p(t),this.T(n),this._$AH=e}}_$AC(e){let t=ve.get(e.strings);return t===void 0&&ve.set(e.strings,t=new B(e)),t}k(t){k(this._$AH)||(this._$AH=[],this._$AR());let n=this._$AH,r,i=0;for(let a of t)i===n.length?n.push(r=new e(this.O(D()),this.O(D()),this,this.options)):r=n[i],r._$AI(a),i++;i<n.length&&(this._$AR(r&&r._$AB.nextSibling,i),n.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let t=de(e).nextSibling;de(e).remove(),e=t}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},U=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,r,i){this.type=1,this._$AH=R,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=i,n.length>2||n[0]!==``||n[1]!==``?(this._$AH=Array(n.length-1).fill(/* @__PURE__ */ new String),this.strings=n):this._$AH=R}_$AI(e,t=this,n,r){let i=this.strings,a=!1;if(i===void 0)e=V(this,e,t,0),a=!O(e)||e!==this._$AH&&e!==L,a&&(this._$AH=e);else{let r=e,o,s;for(e=i[0],o=0;o<i.length-1;o++)s=V(this,r[n+o],t,o),s===L&&(s=this._$AH[o]),a||=!O(s)||s!==this._$AH[o],s===R?e=R:e!==R&&(e+=(s??``)+i[o+1]),this._$AH[o]=s}a&&!r&&this.j(e)}j(e){e===R?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??``)}},Se=class extends U{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===R?void 0:e}},Ce=class extends U{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==R)}},we=class extends U{constructor(e,t,n,r,i){super(e,t,n,r,i),this.type=5}_$AI(e,t=this){if((e=V(this,e,t,0)??R)===L)return;let n=this._$AH,r=e===R&&n!==R||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==R&&(n===R||r);r&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH==`function`?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},Te=class{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){V(this,e)}},Ee=S.litHtmlPolyfillSupport;Ee?.(B,H),(S.litHtmlVersions??=[]).push(`3.3.3`);var De=(e,t,n)=>{let r=n?.renderBefore??t,i=r._$litPart$;if(i===void 0){let e=n?.renderBefore??null;r._$litPart$=i=new H(t.insertBefore(D(),e),e,void 0,n??{})}return i._$AI(e),i},W=globalThis,G=class extends x{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=De(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return L}};G._$litElement$=!0,G.finalized=!0,W.litElementHydrateSupport?.({LitElement:G});var Oe=W.litElementPolyfillSupport;Oe?.({LitElement:G}),(W.litElementVersions??=[]).push(`4.2.2`);function ke(e,t){customElements.get(e)||customElements.define(e,t)}var K=30,Ae=5,je=class{#e=0;#t=!1;#n=Me();get isDoubtful(){return this.#r(),this.#t}get offset(){return this.#r(),this.#e}now(){return{wall:Date.now()/1e3+this.offset,steady:performance.now()/1e3}}hear(e,t){let n=e-Date.now()/1e3;if(Number.isFinite(n)){if(this.#i(t))this.#t=!1;else if(n<this.offset){this.offset-n>K&&(this.#t=!0);return}this.#e=Math.abs(n)<K?0:n}}#r(){let e=Me(),t=e-this.#n;this.#n=e,Math.abs(t)<Ae||(this.#e=Math.max(this.#e,this.#e-t,0),this.#t=!0)}#i(e){if(!e)return!1;let{wall:t,steady:n}=this.now();return Math.max(t-e.wall,n-e.steady)<K}};function Me(){return(Date.now()-performance.now())/1e3}var q=new je;function Ne(e,t){let n=Math.max(0,e.wall-e.at);return Math.max(t.wall-e.at,n+t.steady-e.steady,0)}function Pe(e,t){return e===void 0||!(e<=t)?`stale`:e>t/2?`fading`:`fresh`}var Fe=`M11,15H13V17H11V15M11,7H13V13H11V7M12,2C6.47,2 2,6.5 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M12,20A8,8 0 0,1 4,12A8,8 0 0,1 12,4A8,8 0 0,1 20,12A8,8 0 0,1 12,20Z`,Ie=`M4,11V13H16L10.5,18.5L11.92,19.92L19.84,12L11.92,4.08L10.5,5.5L16,11H4Z`,Le=`M19,6.41L17.59,5L12,10.59L6.41,5L5,6.41L10.59,12L5,17.59L6.41,19L12,13.41L17.59,19L19,17.59L13.41,12L19,6.41Z`,Re=`M19.8 22.6L17.15 20H6.5Q4.2 20 2.6 18.4T1 14.5Q1 12.58 2.19 11.08 3.38 9.57 5.25 9.15 5.33 8.95 5.4 8.76 5.5 8.57 5.55 8.35L1.4 4.2L2.8 2.8L21.2 21.2M6.5 18H15.15L7.1 9.95Q7.05 10.23 7.03 10.5 7 10.73 7 11H6.5Q5.05 11 4.03 12.03 3 13.05 3 14.5 3 15.95 4.03 17 5.05 18 6.5 18M11.13 14M21.6 18.75L20.15 17.35Q20.58 17 20.79 16.54 21 16.08 21 15.5 21 14.45 20.27 13.73 19.55 13 18.5 13H17V11Q17 8.93 15.54 7.46 14.08 6 12 6 11.33 6 10.7 6.16 10.07 6.33 9.5 6.68L8.05 5.23Q8.93 4.63 9.91 4.31 10.9 4 12 4 14.93 4 16.96 6.04 19 8.07 19 11 20.73 11.2 21.86 12.5 23 13.78 23 15.5 23 16.5 22.63 17.31 22.25 18.15 21.6 18.75M14.83 12.03Z`,ze=`M20,10C22,13 17,22 15,22C13,22 13,21 12,21C11,21 11,22 9,22C7,22 2,13 4,10C6,7 9,7 11,8V5C5.38,8.07 4.11,3.78 4.11,3.78C4.11,3.78 6.77,0.19 11,5V3H13V8C15,7 18,7 20,10Z`,Be=`M15.5,14H14.71L14.43,13.73C15.41,12.59 16,11.11 16,9.5A6.5,6.5 0 0,0 9.5,3A6.5,6.5 0 0,0 3,9.5A6.5,6.5 0 0,0 9.5,16C11.11,16 12.59,15.41 13.73,14.43L14,14.71V15.5L19,20.5L20.5,19L15.5,14M9.5,14C7,14 5,12 5,9.5C5,7 7,5 9.5,5C12,5 14,7 14,9.5C14,12 12,14 9.5,14M7,9H12V10H7V9Z`,Ve=`M11.15,15.18L9.73,13.77L11.15,12.35L12.56,13.77L13.97,12.35L12.56,10.94L13.97,9.53L15.39,10.94L16.8,9.53L13.97,6.7L6.9,13.77L9.73,16.6L11.15,15.18M3.08,19L6.2,15.89L4.08,13.77L13.97,3.87L16.1,6L17.5,4.58L16.1,3.16L17.5,1.75L21.75,6L20.34,7.4L18.92,6L17.5,7.4L19.63,9.53L9.73,19.42L7.61,17.3L3.08,21.84V19Z`,He=`M14,10H19.5L14,4.5V10M5,3H15L21,9V19A2,2 0 0,1 19,21H5C3.89,21 3,20.1 3,19V5C3,3.89 3.89,3 5,3M5,12V14H19V12H5M5,16V18H14V16H5Z`,Ue=`M7,2V4H8V18A4,4 0 0,0 12,22A4,4 0 0,0 16,18V4H17V2H7M11,16C10.4,16 10,15.6 10,15C10,14.4 10.4,14 11,14C11.6,14 12,14.4 12,15C12,15.6 11.6,16 11,16M13,12C12.4,12 12,11.6 12,11C12,10.4 12.4,10 13,10C13.6,10 14,10.4 14,11C14,11.6 13.6,12 13,12M14,7H10V4H14V7Z`,We=`M12,20A6,6 0 0,1 6,14C6,10 12,3.25 12,3.25C12,3.25 18,10 18,14A6,6 0 0,1 12,20Z`,Ge=`M17.75,4.09L15.22,6.03L16.13,9.09L13.5,7.28L10.87,9.09L11.78,6.03L9.25,4.09L12.44,4L13.5,1L14.56,4L17.75,4.09M21.25,11L19.61,12.25L20.2,14.23L18.5,13.06L16.8,14.23L17.39,12.25L15.75,11L17.81,10.95L18.5,9L19.19,10.95L21.25,11M18.97,15.95C19.8,15.87 20.69,17.05 20.16,17.8C19.84,18.25 19.5,18.67 19.08,19.07C15.17,23 8.84,23 4.94,19.07C1.03,15.17 1.03,8.83 4.94,4.93C5.34,4.53 5.76,4.17 6.21,3.85C6.96,3.32 8.14,4.21 8.06,5.04C7.79,7.9 8.75,10.87 10.95,13.06C13.14,15.26 16.1,16.22 18.97,15.95M17.33,17.97C14.5,17.81 11.7,16.64 9.53,14.5C7.36,12.31 6.2,9.5 6.04,6.68C3.23,9.82 3.34,14.64 6.35,17.66C9.37,20.67 14.19,20.78 17.33,17.97Z`,Ke=Fe,qe=Ie,Je=Le,Ye=Re,Xe=Be,Ze={carbohydrates:ze,rapid_acting_insulin:Ve,long_acting_insulin:Ge,note:He,blood_glucose:We,ketones:Ue};function J(e){return I`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${e}></path></svg>`}var Qe={comma_decimal:[`en-US`,`en`],decimal_comma:[`de`,`es`,`it`],space_comma:[`fr`,`sv`,`cs`],quote_decimal:[`de-CH`],system:void 0},$e=class{language;words;zone;#e;#t;#n;#r=/* @__PURE__ */ new Map;constructor(e,t){let{language:n,number_format:r,time_format:i,time_zone:a}=e.locale;this.language=nt(n),this.words=nt(t),this.zone=a===`server`?e.config.time_zone:void 0,this.#e=r in Qe?Qe[r]:this.language,this.#t=r!==`none`,this.#n=tt(i)}number(e,t={}){return this.#o(`n${JSON.stringify(t)}`,()=>new Intl.NumberFormat(this.#e,{useGrouping:this.#t,...t})).format(e).replace(`-`,`−`)}glucose(e,t){return this.number(e,et(+(t===`mmol/L`)))}change(e,t){return this.number(e,{...et(+(t===`mmol/L`)),signDisplay:`exceptZero`})}share(e){let t=e=>this.number(e,{style:`percent`,maximumFractionDigits:0});return e>0&&e<.005?`<${t(.01)}`:e<1&&e>=.995?`>${t(.99)}`:t(e)}time(e){return this.#a(`time`,{hour:`numeric`,minute:`2-digit`}).format(e*1e3)}hour(e){let t=this.#i()?{hour:`numeric`}:{hour:`numeric`,minute:`2-digit`};return this.#a(`hour`,t).format(e*1e3)}minuteOfDay(e){let t=this.#i()?{hour:`numeric`}:{hour:`numeric`,minute:`2-digit`};return this.#a(`minute`,{...t,timeZone:`UTC`}).format(e*6e4)}day(e){return this.#a(`day`,{weekday:`short`,day:`numeric`,month:`short`}).format(e*1e3)}relative(e){let t=this.#o(`relative`,()=>new Intl.RelativeTimeFormat(this.words,{style:`short`,numeric:`auto`})),n=Math.abs(e),[r,i]=n<3600?[`minute`,60]:n<172800?[`hour`,3600]:[`day`,86400],a=Math.trunc(e/i);return a===0?t.format(0,`second`):t.format(a,r)}duration(e){let t=Math.round(e/60),n=(e,t)=>this.span(e,t,`narrow`);if(t<60)return n(t,`minute`);let r=t%60;return`${n(Math.floor(t/60),`hour`)}${r?` ${n(r,`minute`)}`:``}`}span(e,t,n){return this.#o(`s${t}${n}`,()=>new Intl.NumberFormat(this.words,{style:`unit`,unit:t,unitDisplay:n})).format(e)}otherZone(e,t){let n=e=>new Intl.DateTimeFormat(`en`,{...e?{timeZone:e}:{},dateStyle:`short`,timeStyle:`short`}).format(t*1e3);try{return n(e)===n(this.zone)?``:new Intl.DateTimeFormat(this.words,{timeZone:e,timeZoneName:`longGeneric`}).formatToParts(t*1e3).find(e=>e.type===`timeZoneName`)?.value??e}catch{return e}}amount(e){return this.number(e,{maximumFractionDigits:3})}#i(){let{hourCycle:e}=this.#a(`time`,{hour:`numeric`,minute:`2-digit`}).resolvedOptions();return e===`h12`||e===`h11`}#a(e,t){let n=this.zone?{timeZone:this.zone}:{},r=this.#n===void 0?{}:{hour12:this.#n};return this.#o(`d${e}`,()=>new Intl.DateTimeFormat(this.language,{...n,...r,...t}))}#o(e,t){let n=this.#r.get(e)??t();return this.#r.set(e,n),n}};function et(e){return{minimumFractionDigits:e,maximumFractionDigits:e}}function tt(e){if(e===`12`||e===`24`)return e===`12`;if(e!==`system`)return;let{hourCycle:t}=new Intl.DateTimeFormat(void 0,{hour:`numeric`}).resolvedOptions();return t===`h12`||t===`h11`}function nt(e){try{return Intl.NumberFormat.supportedLocalesOf(e)[0]??`en`}catch{return`en`}}var rt=6e4,it=class{isLoaded=!1;isMissing=!1;#e=-1/0;#t;constructor(e){this.#t=e}want(e){if(this.isLoaded||performance.now()<this.#e)return;this.#e=performance.now()+rt;let t=t=>()=>{this.isLoaded=t,this.isMissing=!t,e()};this.#t().then(t(!0),t(!1))}},Y=[`very_low`,`low`,`in_range`,`high`,`very_high`],at=[`very_low`,`low`,`high`,`very_high`];function ot(e,t){return e<t.very_low?`very_low`:e<t.low?`low`:e<=t.high?`in_range`:e<=t.very_high?`high`:`very_high`}function st(e,t,n){let r=[-1/0,...at.map(t=>e[t]),1/0];return Y.map((e,i)=>({zone:e,from:Math.max(t,r[i]??t),to:Math.min(n,r[i+1]??n)})).filter(e=>e.from<e.to)}function ct(e,t){return[Math.min(t.very_low*.74,...lt(e,e=>e*.94)),Math.max(t.high*1.25,...lt(e,e=>e*1.06))]}function lt(e,t){let[n,r]=[1/0,-1/0];for(let t of e)n=Math.min(n,t),r=Math.max(r,t);return n<=r?[t(n),t(r)]:[]}function ut(e,t,n,r){let i=(e,i)=>Math.abs(e-i)/(n-t)*r>=16,a=[e.low,e.high];for(let r of[e.very_low,e.very_high])r>t&&r<n&&a.every(e=>i(e,r))&&a.push(r);return a.sort((e,t)=>e-t)}var dt=[`falling_fast`,`falling`,`stable`,`rising`,`rising_fast`];function ft(e,t,n){let r=e.states[t.entities[`sensor.glucose`]??``],i=Date.parse(String(r?.attributes.measurement_timestamp))/1e3;return Number.isFinite(i)?i:n?.t.at(-1)}var pt={freshness:`stale`,age:void 0,unit:``};function mt(e,n,r,i,a){let o=t(e,n,`glucose`),s=String(o?.attributes.unit_of_measurement??r?.unit??``),c=i&&Ne(i,a),l=Number.parseFloat(o?.state??``),u=Number.isFinite(l)?Pe(c,r?.maxAge??900):`stale`;if(u===`stale`)return{freshness:u,age:c,unit:s};let d={freshness:u,age:c,value:l,unit:s},f=t(e,n,`range`)?.state,p=Y.find(e=>e===f);p?d.zone=p:r&&r.unit===s&&(d.zone=ot(l,r.thresholds));let m=dt.find(r=>r===t(e,n,`trend`)?.state);m&&(d.trend=m);let h=o?.attributes.measuring_range;(h===`below`||h===`above`)&&(d.beyond=h);let g=t(e,n,`change`);return!d.beyond&&g?.attributes.unit_of_measurement===s&&(d.change=Number.parseFloat(g.state)),d}var ht=class{#e=/* @__PURE__ */ new Map;#t=0;of(e){return this.#e.get(e)}note(e){q.offset!==this.#t&&(this.#t=q.offset,this.#e.clear());let t=/* @__PURE__ */ new Map;for(let[n,r]of e){let e=this.#e.get(n);r!==void 0&&t.set(n,e?.at===r?e:{at:r,...q.now()})}this.#e=t}},gt=3e5,_t=2e4,vt=1800,X=class{#e;#t=``;#n=-1/0;#r;#i;constructor(e,t){this.#r=`libreview/${e}`,this.#i=t}valueFor(e){let t=this.#e;if(!(t?.person!==e||Ne(t.seen,q.now())>vt))return t.figures}expire(){this.#n=-1/0}refresh(e,t,n,r){let i=performance.now();n===this.#t&&i<this.#n||(this.#t=n,this.#n=i+gt,e.callWS({type:this.#r,entity_id:t,days:this.#i}).then(e=>{if(n===this.#t){if(e.device_id!==n)throw Error(`The figures of somebody else`);this.#e={person:n,figures:e,seen:{at:e.end,...q.now()}},r()}}).catch(()=>{n===this.#t&&(this.#n=Math.min(this.#n,performance.now()+_t))}))}};function yt(e,t){return e.kind===t.kind&&e.at===t.at&&e.amount===t.amount&&e.text===t.text}function bt(e,t){let n=t.filter(t=>!e.some(e=>yt(t,e)));return[...e,...n].sort((e,t)=>e.at-t.at)}function xt(e,t,n){let r=[];for(let i of e){let e=t(i),a=r.at(-1);a&&e-a.x<n?a.entries.push(i):r.push({x:e,entries:[i]})}return r}var St=900;function Ct(e,t,n){let r=t.t[0]??1/0,i=[],a=[],o=(e,t)=>{e!==void 0&&t!==void 0&&e>=n-St&&(i.push(e),a.push(t))};for(let t=0;t<e.t.length;t++){let n=e.t[t];n!==void 0&&n<r&&o(n,e.v[t])}for(let e=0;e<t.t.length;e++)o(t.t[e],t.v[e]);return{t:i,v:a}}function wt(e,t){let n=[],r=[];for(let i=0;i<e.t.length;i++){let a=e.t[i],o=e.t[i-1];o!==void 0&&a-o>t&&(n.push((o+a)/2),r.push(null)),n.push(a),r.push(e.v[i])}return[n,r]}function Tt(e,t){let[n,r]=[0,e.t.length-1];if(r<0)return;for(;n<r;){let i=n+r>>1;e.t[i]<t?n=i+1:r=i}let i=e.t[n-1];return i!==void 0&&t-i<Math.abs(e.t[n]-t)?n-1:n}function Et(e,t,n,r){let[i,a,o,s,c,l]=[1/0,-1/0,0,0,0,0],u;for(let d=0;d<e.t.length;d++){let f=e.t[d],p=e.v[d];f<t||f>n||(i=Math.min(i,p),a=Math.max(a,p),c+=p,l+=1,u&&f-u[0]<=r&&(o+=(u[1]+p)/2*(f-u[0]),s+=f-u[0]),u=[f,p])}if(l)return{lowest:i,highest:a,average:s?o/s:c/l,covered:s}}function Dt(e,t,n){if(t.kind===`window`){let{t:e,v:n,below:r,above:i,start:a,unit:o,zone:s,thresholds:c,gap:l,diary:u}=t;return{t:e,v:n,below:r,above:i,start:a,unit:o,zone:s,thresholds:c,gap:l,sensorChanges:t.sensor_changes,maxAge:t.max_age,diary:u}}if(!e)return;let r=n-86400,i=bt(e.diary,t.diary).filter(e=>e.at>=r-3600),a=e=>e.filter(e=>e>=r);return{...e,...Ct(e,t,r),below:a([...e.below,...t.below]),above:a([...e.above,...t.above]),start:r,diary:i}}var Ot=[2,5,10,30,60],kt=60,At=class{entityId;#e;#t;past;cause;refusal;#n;#r=-1/0;#i=0;#a=0;#o;#s;#c;#l;constructor(e,t,n,r){this.#c=e.connection,this.entityId=t,this.#e=n,this.#l=r,this.#c.addEventListener(`ready`,this.#u),this.#u()}get isAnothers(){return this.#t===!1}stop(){this.#i++,this.#c.removeEventListener(`ready`,this.#u),clearTimeout(this.#o),this.#d()}checkClock(){!q.isDoubtful||q.now().steady-this.#r<kt||(this.#d(),this.#u())}#u=async()=>{if(clearTimeout(this.#o),this.#s=void 0,!this.#c.connected)return;let e=++this.#i,t=()=>e===this.#i;this.cause=void 0,this.#t=void 0,this.#n=q.now(),this.#r=this.#n.steady;let n={type:`libreview/subscribe`,entity_id:this.entityId,hours:24};try{let e=await this.#c.subscribeMessage(e=>{t()&&this.#f(e)},n,{resubscribe:!1});t()?this.#s=e:Z(e)}catch(e){if(!t())return;this.refusal=e;let n=Ot[Math.min(this.#a++,Ot.length-1)];this.#o=setTimeout(this.#u,n*1e3),this.#l(!1)}};#d(){this.#s&&Z(this.#s),this.#s=void 0}#f(e){this.refusal=void 0,this.#a=0;let t=e.kind===`window`;if(q.hear(e.now,t?this.#n:void 0),t&&(this.#n=void 0,this.#t=e.device_id===this.#e),this.#t){if(e.kind===`cause`)this.cause=e;else if(t||e.kind===`news`)this.past=Dt(this.past,e,q.now().wall);else return}this.#l(t)}};function Z(e){Promise.resolve(e()).catch(()=>void 0)}var jt=class{#e=/* @__PURE__ */ new Map;#t;constructor(e){this.#t=e}of(e){return this.#e.get(e.deviceId)}follow(e,t){let r=/* @__PURE__ */ new Map;for(let i of t){let t=n(e,i)?.deviceId;t&&r.set(t,i)}for(let[e,t]of this.#e)t.checkClock(),r.get(e)!==t.entityId&&(t.stop(),this.#e.delete(e));for(let[t,n]of r)this.#e.has(t)||this.#e.set(t,new At(e,n,t,this.#t))}stop(){for(let e of this.#e.values())e.stop();this.#e.clear()}},Mt=300,Nt=class{#e=``;#t=``;#n=-1/0;say(e,t,n,r){let i=`${e} ${n.freshness===`stale`} ${n.zone} ${n.trend}`;return(i!==this.#t||r-this.#n>=Mt)&&(this.#e=t,this.#t=i,this.#n=r),this.#e}},Pt=h`
  :host {
    color: var(--lv-text);
    fill: currentColor;
  }
  .very_low {
    --lv-zone: var(--lv-very-low);
  }
  .low {
    --lv-zone: var(--lv-low);
  }
  .in_range {
    --lv-zone: var(--lv-in-range);
  }
  .high {
    --lv-zone: var(--lv-high);
  }
  .very_high {
    --lv-zone: var(--lv-very-high);
  }
  button {
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  svg {
    display: block;
    fill: currentColor;
  }
  :focus {
    outline: none;
  }
  :focus-visible,
  input:focus-visible + label {
    outline: 3px solid var(--lv-focus);
    outline-offset: 2px;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`,Ft=[h`
  :host {
    --lv-text: var(--primary-text-color, #1c1b1f);
    --lv-quiet: var(--secondary-text-color, #5f5d66);
    --lv-background: var(--ha-card-background, var(--card-background-color, #fff));
    --lv-focus: var(--primary-color, #0b6bcb);
    --lv-soft: color-mix(in srgb, var(--lv-text) 8%, transparent);
    --lv-line: color-mix(in srgb, var(--lv-text) 14%, transparent);
    --lv-very-low: #a91d3a;
    --lv-low: #e0474c;
    --lv-in-range: #128a67;
    --lv-high: #cb7a00;
    --lv-very-high: #ad4a00;
    --lv-curve: #3f6fd0;
    --lv-on-zone: #fff;
  }
  :host([dark]) {
    --lv-very-low: #ff5464;
    --lv-low: #ff9a93;
    --lv-in-range: #41cf9d;
    --lv-high: #ffc061;
    --lv-very-high: #ff9445;
    --lv-curve: #8fb4ff;
    --lv-on-zone: #111;
  }
`,Pt,h`
    :host {
      display: block;
      height: 100%;
    }
    ha-card {
      display: block;
      height: 100%;
      box-sizing: border-box;
      overflow: hidden;
      container-type: inline-size;
      color: var(--lv-text);
    }
    h2,
    h3,
    p,
    ul,
    dl,
    dd {
      margin: 0;
      padding: 0;
      font-weight: inherit;
    }
    ul {
      list-style: none;
    }
    .card {
      box-sizing: border-box;
      display: flex;
      flex-direction: column;
      gap: 16px;
      height: 100%;
      padding: 16px;
      background: linear-gradient(
        color-mix(in srgb, var(--lv-zone, transparent) 14%, transparent),
        transparent 220px
      );
    }
    .card.in_range,
    .card.stale {
      background: none;
    }
    .quiet,
    .age,
    .unit,
    .course,
    .sensor {
      color: var(--lv-quiet);
    }

    /* who and how much */
    .who {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      justify-content: space-between;
      gap: 0 16px;
    }
    h2 {
      min-width: 0;
      font-size: 18px;
      line-height: 24px;
      font-weight: 500;
      overflow-wrap: anywhere;
    }
    .age {
      flex: none;
      font-size: 15px;
      line-height: 24px;
    }
    .value {
      display: flex;
      align-items: center;
      gap: 14px;
      margin-top: 4px;
      direction: ltr;
      justify-content: flex-start;
    }
    :host(:dir(rtl)) .value {
      justify-content: flex-end;
    }
    .number {
      font-size: clamp(64px, 23cqi, 104px);
      line-height: 1;
      font-weight: 500;
      letter-spacing: -0.035em;
      font-variant-numeric: tabular-nums;
      transition: color 1s;
    }
    .fading .number {
      color: var(--lv-quiet);
    }
    .arrow {
      flex: none;
      display: grid;
      place-items: center;
      width: 0.5em;
      height: 0.5em;
      font-size: clamp(64px, 23cqi, 104px);
      border-radius: 50%;
      background: var(--lv-zone, var(--lv-quiet));
      color: var(--lv-on-zone);
      transition: background 0.6s;
    }
    .arrow svg {
      width: 72%;
      transform: rotate(var(--angle));
      transition: transform 0.6s;
    }
    .value > div {
      display: flex;
      flex-direction: column;
      gap: 6px;
    }
    .unit {
      font-size: 15px;
      line-height: 20px;
    }
    .course {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px 12px;
      margin-top: 8px;
      font-size: 16px;
      line-height: 24px;
    }
    .zone {
      display: inline-flex;
      align-items: center;
      gap: 8px;
      color: var(--lv-text);
      font-weight: 500;
    }
    .zone::before {
      content: "";
      width: 10px;
      height: 10px;
      border-radius: 50%;
      background: var(--lv-zone, var(--lv-quiet));
    }
    .change {
      direction: ltr;
      unicode-bidi: isolate;
      font-variant-numeric: tabular-nums;
    }
    .none {
      margin: 16px 0 0;
      font-size: 26px;
      line-height: 32px;
      color: var(--lv-quiet);
    }
    .reason a {
      padding: 8px 0;
      color: var(--lv-text);
    }
    .offline,
    .notice {
      display: flex;
      align-items: center;
      gap: 10px;
      font-size: 15px;
      line-height: 22px;
    }
    .offline {
      margin-bottom: 8px;
      padding: 8px 12px;
      border-radius: 12px;
      background: var(--lv-soft);
    }
    .notice {
      padding: 20px 16px;
    }
    .offline svg,
    .notice svg {
      flex: none;
      width: 22px;
    }

    /* one of several */
    .persons,
    .periods {
      display: flex;
      gap: 4px;
      padding: 4px;
      border-radius: 16px;
      background: var(--lv-soft);
    }
    .persons {
      margin-bottom: 16px;
      flex-wrap: wrap;
    }
    input[type="radio"] {
      position: absolute;
      opacity: 0;
      pointer-events: none;
    }
    label {
      flex: 1;
      display: flex;
      align-items: center;
      justify-content: center;
      min-height: 44px;
      padding: 0 6px;
      box-sizing: border-box;
      border-radius: 12px;
      cursor: pointer;
      font-size: 15px;
      color: var(--lv-text);
      white-space: nowrap;
    }
    input:checked + label {
      background: var(--lv-background);
      box-shadow: 0 1px 4px #0003;
      font-weight: 500;
    }
    .persons label {
      flex: 1 1 120px;
      justify-content: space-between;
      gap: 8px;
      padding: 4px 12px;
      min-height: 52px;
    }
    .name {
      min-width: 0;
      overflow: hidden;
      text-overflow: ellipsis;
    }
    .small {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      font-size: 22px;
      font-weight: 500;
      font-variant-numeric: tabular-nums;
      direction: ltr;
    }
    .small .arrow {
      width: 22px;
      height: 22px;
      font-size: 22px;
    }

    /* the chart */
    .chart {
      flex: 1 1 auto;
      display: flex;
      flex-direction: column;
      gap: 8px;
      min-height: 0;
    }
    libreview-curve,
    libreview-profile,
    .message {
      flex: 1 1 260px;
      min-height: 200px;
    }
    .message {
      display: grid;
      place-items: center;
      padding: 0 16px;
      text-align: center;
      color: var(--lv-quiet);
    }

    /* what the days were like */
    h3 {
      display: flex;
      flex-wrap: wrap;
      justify-content: space-between;
      gap: 0 12px;
      margin-bottom: 8px;
      font-size: 15px;
      line-height: 22px;
      font-weight: 500;
    }
    h3 span {
      font-weight: 400;
      color: var(--lv-quiet);
    }
    .bar {
      display: flex;
      gap: 3px;
      height: 14px;
      direction: ltr;
    }
    .bar i {
      flex: 1 1 3px;
      min-width: 3px;
      background: var(--lv-zone);
    }
    .bar i:first-child {
      border-radius: 7px 0 0 7px;
    }
    .bar i:last-child {
      border-radius: 0 7px 7px 0;
    }
    .bar i:only-child {
      border-radius: 7px;
    }
    .ranges ul {
      display: grid;
      grid-template-columns: 1fr 1.2fr 1fr;
      gap: 8px;
      margin-top: 10px;
      direction: ltr;
    }
    .ranges li {
      display: flex;
      flex-direction: column;
      align-items: center;
      text-align: center;
      font-size: 14px;
      line-height: 20px;
    }
    .ranges li:first-child {
      align-items: flex-start;
      text-align: left;
    }
    .ranges li:last-child {
      align-items: flex-end;
      text-align: right;
    }
    .ranges b {
      font-size: 20px;
      line-height: 26px;
      font-weight: 500;
      font-variant-numeric: tabular-nums;
    }
    .ranges .quiet {
      font-size: 13px;
      line-height: 18px;
    }
    .averages {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(84px, 1fr));
      gap: 12px;
      margin-top: 16px;
    }
    dt {
      font-size: 13px;
      line-height: 18px;
      color: var(--lv-quiet);
    }
    dd {
      font-size: 17px;
      line-height: 24px;
      font-weight: 500;
      font-variant-numeric: tabular-nums;
    }
    .foot {
      display: flex;
      flex-direction: column;
      gap: 16px;
    }
    .sensor {
      display: flex;
      flex-wrap: wrap;
      gap: 0 8px;
      font-size: 14px;
      line-height: 20px;
    }
    .sensor b {
      font-weight: 500;
      color: var(--lv-text);
    }
    .sensor :last-child:not(b) {
      margin-inline-start: auto;
    }

    /* on a wall: the number and the days to one side, the curve beside them */
    @container (min-width: 820px) {
      .card {
        display: grid;
        grid-template: "main chart" auto "foot chart" 1fr / minmax(280px, 34%) 1fr;
        gap: 24px 32px;
        padding: 24px;
      }
      .main {
        grid-area: main;
      }
      .chart {
        grid-area: chart;
      }
      .foot {
        grid-area: foot;
        align-self: end;
      }
      .number,
      .main .value .arrow {
        font-size: clamp(88px, 16cqi - 40px, 168px);
      }
    }
    @media (prefers-reduced-motion: reduce) {
      * {
        transition: none !important;
      }
    }
  `],Q={below:`LO`,above:`HI`},It={below:`too_low`,above:`too_high`};function Lt(e,t){return e.below.includes(t)?`below`:e.above.includes(t)?`above`:void 0}function Rt(e,t,n,r){return e[t].some(e=>e>=n&&e<=r)?Q[t]:void 0}var zt={falling_fast:90,falling:45,stable:0,rising:-45,rising_fast:-90};function Bt(e,t,n,r,a){let o=(e,t,r=``)=>t?n.localize(`component.libreview.entity.sensor.${e}.state.${t}`)||r:``,s=t.age===void 0?a.no_reading:r.relative(-t.age);if(t.value===void 0){let n=t.age===void 0?s:i(a.last_reading,{age:s}),r=a.no_current_value;return{name:e,value:``,age:n,zone:``,trend:``,change:``,none:r,spoken:`${e}: ${r}`}}let c=t.beyond?Q[t.beyond]:r.glucose(t.value,t.unit),l=o(`range`,t.zone,t.zone&&a[t.zone]),u=o(`trend`,t.trend);return{name:e,value:c,age:s,zone:l,trend:u,change:t.change===void 0?``:i(a.change_in,{change:r.change(t.change,t.unit)}),none:``,spoken:`${e}: ${[t.beyond?a[It[t.beyond]]:`${c} ${t.unit}`,l,u].filter(Boolean).join(`, `)}`}}function Vt(e,t,n,r){return I`
    <div class="who">
      <h2 class=${n?``:`unseen`}>${e.name}</h2>
      <p class="age">${e.age}</p>
    </div>
    ${t.value===void 0?I`<p class="none">${e.none}</p>
            ${r}`:I`
            <div class="value">
              <span class="number">${e.value}</span>
              <div>
                ${t.trend?Ht(t.trend,e.trend):R}
                <span class="unit">${t.unit}</span>
              </div>
            </div>
            <p class="course">
              ${e.zone?I`<span class="zone">${e.zone}</span>`:R}
              <span>${e.trend}</span>
              ${e.change?I`<span class="change">${e.change}</span>`:R}
            </p>
          `}
  `}function Ht(e,t){return I`<span class="arrow" role="img" aria-label=${t} style="--angle:${zt[e]}deg">${J(qe)}</span>`}function Ut(e,t,n,r){return I`
    <div class="persons" role="radiogroup" aria-label=${e}>
      ${n.map(({entityId:e,shown:n,said:i})=>I`
          <input
            type="radio"
            name="person"
            id="person-${e}"
            aria-label="${i.spoken}, ${i.age}"
            .checked=${e===t}
            @change=${()=>r(e)}
          />
          <label for="person-${e}" class="${n.zone??``} ${n.freshness}">
            <span class="name">${i.name}</span>
            <span class="small">
              ${n.value===void 0?`–`:i.value}
              ${n.trend?Ht(n.trend,i.trend):R}
            </span>
          </label>
        `)}
    </div>
  `}function Wt(e,t,n,r,i){let a=e.map(e=>[e,n.span(e,`hour`,`narrow`),n.span(e,`hour`,`long`)]);return a.push([`profile`,n.span(14,`day`,`narrow`),`${r.profile}, ${n.span(14,`day`,`long`)}`]),I`
    <div class="periods" role="radiogroup" aria-label=${r.period}>
      ${a.map(([e,n,r])=>I`
          <input
            type="radio"
            name="period"
            id="period-${e}"
            aria-label=${r}
            .checked=${t===e}
            @change=${()=>i(e)}
          />
          <label for="period-${e}">${n}</label>
        `)}
    </div>
  `}function Gt(e,t,n,r,a,o){let s=I`<h3>${o.time_in_range}<span>${i(r?o.average_day:o.last,{span:t})}</span></h3>`,{shares:c}=e;if(!e.enough||!c){let t=a.share(e.completeness);return I`<section class="ranges">${s}<p class="quiet">${i(o.not_enough,{share:t})}</p></section>`}let l=r?n:n*e.completeness,u=(e,t,n,r,i)=>I`
    <li class=${t}>
      <b>${a.share(e)}</b>
      <span class="name">${n}</span>
      <span class="quiet">${a.duration(e*l)}</span>
      ${r>0?I`<span class="quiet">${i} ${a.share(r)}</span>`:R}
    </li>
  `;return I`
    <section class="ranges">
      ${s}
      <div class="bar" aria-hidden="true">
        ${Y.filter(e=>c[e]>0).map(e=>I`<i class=${e} style="flex-grow:${c[e]}"></i>`)}
      </div>
      <ul>
        ${u(c.very_low+c.low,`low`,o.below,c.very_low,o.very_low)}
        ${u(c.in_range,`in_range`,o.in_range,0,``)}
        ${u(c.high+c.very_high,`high`,o.above,c.very_high,o.very_high)}
      </ul>
    </section>
  `}function Kt(e,t,n){let{mean:r,gmi:i,cv:a,episodes:o}=e,s=(e,n)=>t.number(e/100,{style:`percent`,minimumFractionDigits:n,maximumFractionDigits:n});return I`
    <dl class="averages">
      ${[[n.average,``,r===null?void 0:`${t.glucose(r,e.unit)} ${e.unit}`],[n.gmi,n.gmi_long,i===null?void 0:s(i,1)],[n.variation,n.variation_long,a===null?void 0:s(a,0)],[n.low_episodes,``,t.number(o.low)],[n.high_episodes,``,t.number(o.high)]].map(([e,t,n])=>n===void 0?R:I`<div><dt title=${t||R}>${e}</dt><dd><bdi>${n}</bdi></dd></div>`)}
    </dl>
  `}var qt={invalid_auth:`why_password`,password_expired:`why_new_password`,terms:`why_terms`,privacy_policy:`why_terms`,verify_email:`why_step`,unknown_step:`why_step`,second_factor:`why_code`,locked:`why_locked`,no_answer:`why_internet`,server_trouble:`why_cloud`,ticket_rejected:`why_cloud`,blocked:`why_wait`,refused:`why_wait`,waiting:`why_wait`,sign_in_waits:`why_wait`,protocol_ended:`why_update`,client_refused:`why_update`,not_a_member:`why_not_a_member`,not_shared:`why_not_shared`,clock:`why_clock`,polling_disabled:`why_paused`},Jt={expired:`why_sensor_ended`,warming_up:`why_warming_up`,signal_lost:`why_no_signal`};function Yt(e,t,n,r,i,a){if(n?.key)return{text:a[qt[n.key]??`why_answer`],repair:n.repair};let o=t.entities[`sensor.glucose`],s=o?e.states[o]?.state:void 0;if(r===`person_not_loaded`||s===void 0||s===`unavailable`)return{text:a.why_loading,repair:!1};let c=Xt(e,t,i,a);return c?{text:c,repair:!1}:void 0}function Xt(e,n,r,a){let o=t(e,n,`sensor_status`)?.state??``;if(o===`no_sensor`)return e.localize(`component.libreview.entity.sensor.sensor_status.state.${o}`);let s=Jt[o];if(!s)return``;let c=Date.parse(t(e,n,`sensor_expires`)?.state??``)/1e3,l=Number.isFinite(c)?`${r.day(c)} ${r.time(c)}`:``;return i(a[s],{when:l}).replace(/\s*:\s*$/,``)}function Zt(e,t,n){return t?I`<p class="course reason">
    <span>${t.text}</span>
    ${t.repair?e.user?.is_admin?I`<a href="/config/repairs">${n.open_repairs}</a>`:I`<span>${n.ask_admin}</span>`:R}
  </p>`:R}var Qt=[`active`,`expiring`,`warming_up`];function $t(e,n,r,a){let o=t(e,n,`sensor_status`)?.state;if(!o)return R;let s=e.localize(`component.libreview.entity.sensor.sensor_status.state.${o}`),c=Date.parse(t(e,n,`sensor_expires`)?.state??``)/1e3,l=Number.isFinite(c)&&Qt.includes(o)?i(a.sensor_ends,{when:r.relative(c-q.now().wall)}):``;return I`
    <p class="sensor ${o}">
      <span>${a.sensor}</span>
      <b>${s}</b>
      ${l?I`<span title="${r.day(c)} ${r.time(c)}">${l}</span>`:R}
    </p>
  `}var en=/* @__PURE__ */ c({LibreViewCardView:()=>$}),tn=5e3,$=class extends G{static styles=Ft;static properties={hass:{attribute:!1},choices:{attribute:!1},_texts:{state:!0},_formats:{state:!0},_span:{state:!0},_selected:{state:!0}};#e;#t;#n=`en`;#r=new ht;#i=new X(`metrics`,1);#a=new X(`metrics`,14);#o=new X(`agp`,14);#s=new it(()=>import(`./charts-D-ykS9ni.js`));#c=new Nt;#l=()=>this.requestUpdate();#u=e=>{if(e)for(let e of[this.#i,this.#a,this.#o])e.expire();this.requestUpdate()};#d=new jt(this.#u);constructor(){super(),this._texts=o,this._span=3,this._selected=``}connectedCallback(){super.connectedCallback(),this.#t=setInterval(()=>document.hidden||this.requestUpdate(),tn),document.addEventListener(`visibilitychange`,this.#l),this.requestUpdate()}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.#t),document.removeEventListener(`visibilitychange`,this.#l),this.#m(void 0),this.#d.stop()}willUpdate(e){let t=e.get(`hass`),n=t?.locale!==this.hass.locale||t?.config!==this.hass.config;(!this._formats||e.has(`hass`)&&n)&&this.#p(),e.has(`hass`)&&t?.language!==this.hass.language&&this.#f(),e.has(`choices`)&&(this._span=this.choices.hours),this._selected=r(this.hass,this.choices.entities,this._selected),this.toggleAttribute(`dark`,this.hass.themes?.darkMode??!1),this.isConnected&&(this.#m(this.hass.connection),this.#d.follow(this.hass,this.choices.entities),this.#h(),this.#g())}async#f(){let e=this.hass.language,t=await a(e);e===this.hass.language&&(this._texts=t.texts,this.#n=t.language,this.#p())}#p(){this._formats=new $e(this.hass,this.#n)}#m(e){if(e!==this.#e){for(let t of[`ready`,`disconnected`])this.#e?.removeEventListener(t,this.#l),e?.addEventListener(t,this.#l);this.#e=e}}#h(){let e=this.choices.entities.flatMap(e=>n(this.hass,e)??[]);this.#r.note(new Map(e.map(e=>[e.deviceId,ft(this.hass,e,this.#v(e))])))}#g(){this.choices.curve&&this.#s.want(this.#l);let e=n(this.hass,this._selected);if(!e||document.hidden||!this.#_)return;let t=this._span===`profile`,r=[...t&&this.choices.curve?[this.#o]:[],...this.choices.ranges?[t?this.#a:this.#i]:[]];for(let t of r)t.refresh(this.hass,this._selected,e.deviceId,this.#l)}get#_(){return this.hass.connected!==!1&&this.hass.connection.connected}#v(e){return this.#d.of(e)?.past}#y(e){return this.#d.of(e)?.isAnothers?pt:mt(this.hass,e,this.#v(e),this.#r.of(e.deviceId),q.now())}render(){let{entities:t}=this.choices,r=t.filter(t=>!e(this.hass,t)),a=(t.length?r:[void 0]).map(e=>{let t=e===void 0?this._texts.nobody:i(this._texts.not_glucose,{entity:e});return I`<p class="notice" role="alert">${J(Ke)}${t}</p>`}),o=n(this.hass,this._selected);if(!o)return I`<ha-card>${a}</ha-card>`;let s=this.#y(o),c=this.#b(o,s);return I`
      <ha-card>
        ${a}
        <div class="card ${s.zone??``} ${s.freshness}">
          <div class="main">
            ${t.length>1?Ut(this._texts.persons,this._selected,this.#S(),e=>{this._selected=e}):R}
            ${this.#_?R:I`<p class="offline" role="alert">${J(Ye)}${this._texts.not_connected}</p>`}
            ${Vt(c,s,t.length<2,this.#x(o))}
            <p class="unseen" role="status" aria-live="polite">${this.#c.say(o.deviceId,c.spoken,s,q.now().steady)}</p>
          </div>
          ${this.choices.curve?this.#T(o):R}
          ${this.choices.ranges||this.choices.sensor?I`<div class="foot">
                ${this.choices.ranges?this.#C(o):R}
                ${this.choices.sensor?this.#w(o):R}
              </div>`:R}
        </div>
      </ha-card>
    `}#b(e,t){return Bt(e.name,t,this.hass,this._formats,this._texts)}#x(e){let{cause:t,refusal:n}=this.#d.of(e)??{},r=Yt(this.hass,e,t,n?.translation_key,this._formats,this._texts);return Zt(this.hass,r,this._texts)}#S(){return this.choices.entities.flatMap(e=>{let t=n(this.hass,e);if(!t)return[];let r=this.#y(t);return[{entityId:e,shown:r,said:this.#b(t,r)}]})}#C(e){let t=this._span===`profile`,n=(t?this.#a:this.#i).valueFor(e.deviceId);return n?I`
      ${Gt(n,t?this._formats.span(14,`day`,`long`):this._formats.span(24,`hour`,`long`),t?86400:n.end-n.start,t,this._formats,this._texts)}
      ${t&&n.enough?Kt(n,this._formats,this._texts):R}
    `:R}#w(e){return $t(this.hass,e,this._formats,this._texts)}#T(e){return I`
      <div class="chart">
        ${Wt(this.choices.spans,this._span,this._formats,this._texts,e=>{this._span=e})}
        ${this.#E(e)}
      </div>
    `}#E(e){if(this.#s.isMissing)return this.#O(this._texts.reload_page);let t=this.#v(e);if(this._span===`profile`){let t=this.#o.valueFor(e.deviceId);return!t||!this.#s.isLoaded?this.#D(e):t.bins.some(e=>e.p50!==null)?I`<libreview-profile
        .profile=${t}
        .formats=${this._formats}
        .texts=${this._texts}
        .look=${this.hass.themes}
      ></libreview-profile>`:this.#O(this._texts.profile_empty)}return!t||!this.#s.isLoaded?this.#D(e):I`<libreview-curve
      .past=${t}
      .hours=${this._span}
      .now=${Math.floor(q.now().wall/30)*30}
      .formats=${this._formats}
      .texts=${this._texts}
      .showDiary=${this.choices.diary}
      .look=${this.hass.themes}
    ></libreview-curve>`}#D(e){let t=this.#d.of(e)?.refusal;return t?t.translation_key===`person_unknown`?this.#O(this._texts.not_found):t.code===`unauthorized`?this.#O(this._texts.unauthorized):this.#O(this._texts.refused):this.#O(this._texts.loading)}#O(e){return I`<p class="message">${e}</p>`}};ke(`libreview-card-view`,$);export{I as C,$ as LibreViewCardView,R as S,m as T,Ze as _,Rt as a,ke as b,Et as c,Y as d,st as f,Je as g,ot as h,Lt as i,wt as l,ct as m,Q as n,Pt as o,ut as p,It as r,Tt as s,en as t,xt as u,Xe as v,h as w,G as x,J as y};